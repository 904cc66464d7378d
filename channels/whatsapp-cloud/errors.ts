import type { HttpAnswer, Sent } from '../../src/channel/channel.ts';
import { own } from '../../src/domain/json.ts';
import type { Json } from '../../src/domain/json.ts';
import { printable } from '../../src/domain/printable.ts';
import { textAt } from '../../src/channel/fields.ts';

/** A send that did not work: what the outbox is told, and how long nothing at all should be sent (ms). */
export interface Failure {
  readonly sent: Exclude<Sent, { kind: 'sent' }>;
  readonly hold?: number;
}

/** What a code of Meta means, for the person who runs the server. With `after` it is tried again, so many ms later. */
interface Meaning {
  readonly text: string;
  readonly after?: number;
  /** The limit is one of the number or the app, not of the contact. */
  readonly all?: true;
}

const MINUTE = 60_000;
const TOKEN = 'The access token does not work: make a new one, set WHATSAPP_CLOUD_TOKEN and start again';
const RIGHTS = 'The access token lacks a permission: it needs whatsapp_business_messaging for this number';
const TEMPLATE = 'Compare the flow with the template in the WhatsApp manager';

/** Meta's codes, by its own list and by what gateways have learnt; whatever is missing goes by the HTTP status. */
const CODES: Readonly<Record<string, Meaning>> = {
  0: { text: TOKEN },
  1: { text: 'Meta had an unknown fault', after: 5000 },
  2: { text: 'Meta is down or overloaded', after: 5000 },
  3: { text: RIGHTS },
  4: { text: 'The app has made too many requests', after: MINUTE, all: true },
  10: { text: RIGHTS },
  33: { text: 'The business phone number is gone: check WHATSAPP_CLOUD_PHONE_NUMBER_ID' },
  100: { text: 'Meta cannot read the request: check WHATSAPP_CLOUD_PHONE_NUMBER_ID and what the block sends' },
  190: { text: TOKEN },
  368: { text: 'Meta has blocked the account for a while for breaking its policy: see the WhatsApp manager' },
  80007: { text: 'The WhatsApp account has reached its limit of requests', after: MINUTE, all: true },
  130429: { text: 'The number sends more than it may: lower WHATSAPP_CLOUD_RATE', after: 5000, all: true },
  130472: { text: 'Meta keeps marketing from this contact for an experiment of its own' },
  130497: { text: 'The account may not write to people of this country' },
  131000: { text: 'Meta had a fault', after: 5000 },
  131005: { text: RIGHTS },
  131008: { text: 'Something that has to be there is missing' },
  131009: { text: 'A value is not one that Meta takes' },
  131016: { text: 'Meta is away for a moment', after: 10_000 },
  131021: { text: 'A number cannot write to itself' },
  131026: { text: 'The contact cannot be reached on WhatsApp: no account there, or a version too old' },
  131030: { text: 'A test number writes only to the numbers on its list: add this one in the app dashboard' },
  131031: { text: 'Meta has locked the account: see the WhatsApp manager' },
  131037: { text: 'The display name of the number is not approved yet' },
  131042: { text: 'Meta cannot charge the account: see the payment settings' },
  131045: { text: 'The number is not registered for the Cloud API' },
  131047: { text: 'The 24-hour window is closed: only a template can be sent until the contact writes' },
  131048: { text: 'Meta limits the number because people report it as spam', after: 10 * MINUTE, all: true },
  131049: { text: 'Meta has chosen not to deliver this marketing message' },
  131050: { text: 'The contact has stopped marketing messages of this number' },
  131051: { text: 'Meta does not know this type of message' },
  131052: { text: 'Meta could not fetch the file' },
  131053: { text: 'Meta could not take the file: check its address, type and size', after: 10_000 },
  131056: { text: 'Too many messages to this one contact', after: 6000 },
  131057: { text: 'The account is in maintenance', after: MINUTE, all: true },
  131062: { text: 'This message cannot be sent to a contact who hides the phone number' },
  132000: { text: `The template has another number of placeholders. ${TEMPLATE}` },
  132001: { text: `There is no such template in this language, or it is not approved. ${TEMPLATE}` },
  132005: { text: `The filled in template is too long. ${TEMPLATE}` },
  132007: { text: `The template breaks a policy. ${TEMPLATE}` },
  132012: { text: `A value has not the form that the template wants. ${TEMPLATE}` },
  132018: { text: `A value or a button of the template is not what the template wants. ${TEMPLATE}` },
  132015: { text: 'The template is paused for low quality' },
  132016: { text: 'The template is disabled for low quality' },
  133004: { text: 'Meta is away for a moment', after: 10_000 },
  133010: { text: 'The number is not registered for the Cloud API' },
  133016: { text: 'The number was registered too often', after: 10 * MINUTE, all: true },
  135000: { text: 'Meta had a fault with this message' },
};

/** What an answer of Meta to a send comes to; null when it took the message. */
export function failureOf(answer: HttpAnswer, now: number): Failure | null {
  if (answer.kind === 'timed_out') return { sent: { kind: 'retry', reason: answer.reason } };
  if (answer.kind === 'failed')
    return { sent: { kind: lasting(answer.code) ? 'refused' : 'retry', reason: answer.reason } };
  if (answer.status >= 200 && answer.status < 300) return null;
  const error = own(answer.json, 'error');
  const code = textAt(error, 'code');
  const reason = sentence(code, textAt(error, 'message') ?? `HTTP ${answer.status}`, detailsOf(error));
  const meaning = meaningOf(code);
  const again = meaning === undefined ? answer.status === 429 || answer.status >= 500 : meaning.after !== undefined;
  if (!again) return { sent: { kind: 'refused', reason } };
  const after = Math.max(meaning?.after ?? 0, retryAfter(answer.headers['retry-after'], now));
  const all = meaning === undefined ? answer.status === 429 : meaning.all === true;
  const sent = { kind: 'retry', reason, ...(after > 0 ? { after } : {}) } as const;
  return all ? { sent, hold: after > 0 ? after : 5000 } : { sent };
}

/** One sentence about an error of Meta: what it means here, and its own code and words. */
export function sentence(code: string | undefined, title: string | undefined, details: string | undefined): string {
  const words = [...new Set([title, details])].filter((part) => part !== undefined).join(': ');
  const said = [code, words].filter((part) => part !== undefined && part !== '').join(' ');
  const meaning = meaningOf(code)?.text;
  const text = meaning === undefined ? `Meta answered: ${said}` : `${meaning} (${said})`;
  return `${printable(text).slice(0, 400)}.`;
}

/** 200 to 299 are all about permissions. */
function meaningOf(code: string | undefined): Meaning | undefined {
  if (/^2\d\d$/.test(code ?? '')) return { text: RIGHTS };
  return code !== undefined && Object.hasOwn(CODES, code) ? CODES[code] : undefined;
}

function detailsOf(error: Json | undefined): string | undefined {
  return textAt(own(error, 'error_data'), 'details');
}

/** Faults of our own making, which the same request would meet again. */
function lasting(code: string): boolean {
  return code === 'refused_address' || code === 'bad_request';
}

/** Milliseconds that a `Retry-After` asks for, as seconds or as a date; 0 without one, an hour at most. */
function retryAfter(header: string | undefined, now: number): number {
  const text = header?.trim() ?? '';
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), 60 * MINUTE) : 0;
}
