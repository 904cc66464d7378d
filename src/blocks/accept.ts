import { foldWords } from '../domain/text.ts';
import type { Json } from '../domain/json.ts';
import type { Inbound, Option } from '../domain/message.ts';
import type { Turn } from '../domain/turn.ts';
import { parseDate } from '../operators/read/date.ts';
import { findEmail } from '../operators/read/email.ts';
import { findNumbers, parseNumber } from '../operators/read/number.ts';
import { findPhone, parsePhone } from '../operators/read/phone.ts';
import { findUrl, parseUrl } from '../operators/read/url.ts';
import { findYesNo } from '../operators/read/yesno.ts';

/** What a question can accept. */
export const ACCEPT = [
  'text',
  'number',
  'integer',
  'email',
  'phone',
  'date',
  'datetime',
  'url',
  'yes_no',
  'choice',
  'media',
  'location',
] as const;

/** What a question accepts; `any` is meant by a question that has rules and names nothing. */
export type Accept = (typeof ACCEPT)[number] | 'any';

/** An answer that fits, as its normalised value. */
export interface Accepted {
  readonly value: Json;
}

interface Asked {
  readonly turn: Turn;
  readonly options: readonly Option[];
}

type Reader = (message: Inbound, asked: Asked) => Json | null;

const READERS: Readonly<Record<Accept, Reader>> = {
  text: ({ text }) => (text.trim() === '' ? null : text.trim()),
  number: ({ text }, { turn }) => numberIn(text, languageOf(turn)),
  integer: ({ text }, { turn }) => {
    const number = numberIn(text, languageOf(turn));
    return number !== null && Number.isSafeInteger(number) ? number : null;
  },
  email: ({ text }) => findEmail(text),
  phone: ({ text }, { turn }) =>
    parsePhone(text, { language: languageOf(turn) }) ?? findPhone(text, { language: languageOf(turn) }),
  date: ({ text }, { turn }) => dateIn(text, turn)?.slice(0, 10) ?? null,
  datetime: ({ text }, { turn }) => dateIn(text, turn),
  url: ({ text }) => parseUrl(text) ?? findUrl(text),
  yes_no: ({ text }, { turn }) => findYesNo(text, languageOf(turn))?.yes ?? null,
  choice: choose,
  any: ({ text, attachments, location }) => {
    const [first] = attachments ?? [];
    const sent = first ?? location;
    return text.trim() === '' && sent !== undefined ? { ...sent } : text.trim();
  },
  media: ({ attachments }) => {
    const [first] = attachments ?? [];
    return first === undefined ? null : { ...first };
  },
  location: ({ location }) => (location === undefined ? null : { ...location }),
};

/** The value of an answer, or null when it does not fit. */
export function acceptAnswer(accept: Accept, message: Inbound, asked: Asked): Accepted | null {
  const value = READERS[accept](message, asked);
  return value === null ? null : { value };
}

function languageOf(turn: Turn): string {
  return turn.contact.language ?? turn.language;
}

/** The number an answer is, or the only one in it: "34" and "I am 34" are both an age. */
function numberIn(text: string, language: string): number | null {
  const whole = parseNumber(text, language);
  if (whole !== null) return whole;
  const found = findNumbers(text, language);
  return found.length === 1 ? (found[0] ?? null) : null;
}

function dateIn(text: string, turn: Turn): string | null {
  return parseDate(text, { language: languageOf(turn), timezone: turn.timezone, now: turn.world.now() });
}

/** By the id of a button, by number, by label, or by a beginning that only one label has. */
function choose(message: Inbound, { options }: Asked): Json | null {
  const byId = options.find((option) => option.id === message.choice);
  if (byId !== undefined) return byId.id;
  const words = foldWords(message.text).join(' ');
  if (words === '') return null;
  const byNumber = /^\d{1,3}$/.test(words) ? options[Number(words) - 1] : undefined;
  const labels = options.map((option) => ({ option, label: foldWords(option.label).join(' ') }));
  const same =
    labels.find(({ label }) => label === words) ?? labels.find(({ option }) => option.id === message.text.trim());
  const starting = labels.filter(({ label }) => label.startsWith(words));
  return same?.option.id ?? byNumber?.id ?? (starting.length === 1 ? (starting[0]?.option.id ?? null) : null);
}
