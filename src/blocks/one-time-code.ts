import { own } from '../domain/json.ts';
import type { Inbound, Option } from '../domain/message.ts';
import { foldWords } from '../domain/text.ts';
import type { Turn } from '../domain/turn.ts';
import { asciiDigits } from '../operators/read/digits.ts';

/** Codes that one contact can have sent within an hour, over all sessions: starting over brings no more. */
const MAX_PER_HOUR = 5;
const HOUR = 3_600_000;

/** The contact's field with the times of its last codes (ms since 1970). No flow can write it: no name begins with `_`. */
const FIELD = '_codes';

/** True when this contact may have another code sent now. */
export function mayHaveCode(turn: Turn): boolean {
  return lately(turn).length < MAX_PER_HOUR;
}

/** Counts a code with the contact. It is stored with the turn that owes the code, so a crash cannot lose it. */
export function countCode(turn: Turn): void {
  turn.setContact({ fields: { [FIELD]: [...lately(turn), turn.world.now()] } });
}

function lately(turn: Turn): number[] {
  const times = own(turn.contact.fields, FIELD);
  if (!Array.isArray(times)) return [];
  const since = turn.world.now() - HOUR;
  return times.filter((at): at is number => typeof at === 'number' && at > since);
}

/** The code in a reply: "123 456" and "it is 123456" are the same; null when there is none, or more than one. */
export function codeIn(text: string, length: number): string | null {
  const ascii = asciiDigits(text);
  const joined = ascii.replaceAll(/[\s.-]/g, '');
  if (/^\d+$/.test(joined)) return joined.length === length ? joined : null;
  const [only, another] = (ascii.match(/\d+/g) ?? []).filter((digits) => digits.length === length);
  return only === undefined || another !== undefined ? null : only;
}

/** What asks for a new code, unless the flow has its own words for it. */
const RESEND = [
  'resend',
  'send again',
  'new code',
  'reenviar',
  'otro código',
  'nuevo código',
  'outro código',
  'novo código',
];

/** True when a reply asks for a new code: by the button, its label or number, or one of the keywords. */
export function asksAgain(message: Inbound, button: Option, keywords: readonly string[] = RESEND): boolean {
  const said = foldWords(message.text).join(' ');
  if (message.choice === button.id || said === '1') return true;
  return [button.label, ...keywords].some((words) => foldWords(words).join(' ') === said);
}
