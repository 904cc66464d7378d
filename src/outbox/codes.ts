import { codeOf } from '../domain/code.ts';
import type { CallOutcome, CodeRequest, CodeWay } from '../domain/call.ts';
import { newContact } from '../domain/contact.ts';
import type { Call } from '../domain/effect.ts';
import { messageOf } from '../domain/error.ts';
import type { Outbound } from '../domain/message.ts';
import { phrase } from '../domain/phrases.ts';
import type { World } from '../domain/world.ts';
import type { SendLimit } from './send-limit.ts';
import type { RunningChannel } from './sender.ts';

/** Sends a code by SMS; `textWith` puts something in the place of the code. */
export type SendSms = (
  to: string,
  code: string,
  textWith: (code: string) => string,
  signal: AbortSignal,
) => Promise<CallOutcome>;

/** What sending one-time codes needs. */
export interface CodeParts {
  readonly world: Pick<World, 'derive'>;
  /** Open channels. */
  channels(): readonly RunningChannel[];
  /** Sends an SMS with a code in it; null when no integration is named for it. */
  sms: SendSms | null;
  /** Codes per number, whoever asks for them. */
  readonly limit: SendLimit;
  /** The approved template that carries a code on WhatsApp, where one is named. */
  readonly template: CodeTemplate | null;
}

/** A template with the code in its text. One of Meta's category for authentication also has a button that wants the code. */
export interface CodeTemplate {
  readonly name: string;
  readonly language: string;
  readonly button: boolean;
}

/**
 * Sends a code by the first way that takes it (Truora's phone validator). The code is made here and nowhere else, and
 * leaves no trace in the store or the log.
 */
export async function sendCode(
  call: Call,
  request: CodeRequest,
  signal: AbortSignal,
  parts: CodeParts,
): Promise<CallOutcome> {
  if (!(await parts.limit.allows(request.to)))
    return { kind: 'failed', code: 'busy', reason: 'too many codes were sent to this number within an hour' };
  const code = codeOf(parts.world, request.nonce, request.length);
  const reasons: string[] = [];
  for (const way of request.via) {
    const problem = await attempt(way, { call, request, code, signal, parts });
    if (problem === null) return { kind: 'answered', status: 200, headers: {}, body: '', json: { via: way } };
    reasons.push(`${way}: ${problem}`);
  }
  return { kind: 'failed', code: 'network', reason: `the code could not be sent (${reasons.join('; ')})` };
}

interface Attempt {
  readonly call: Call;
  readonly request: CodeRequest;
  readonly code: string;
  readonly signal: AbortSignal;
  readonly parts: CodeParts;
}

/** Null when the code is on its way, or why it is not. */
async function attempt(way: CodeWay, on: Attempt): Promise<string | null> {
  try {
    return await (way === 'sms' ? bySms(on) : byWhatsApp(on));
  } catch (error) {
    return messageOf(error);
  }
}

function textWith({ request }: Attempt): (code: string) => string {
  return (code) => phrase('code', request.language).replace('{code}', code);
}

async function bySms(on: Attempt): Promise<string | null> {
  if (on.parts.sms === null) return 'no integration is named for SMS; set SMS_ACTION';
  const outcome = await on.parts.sms(on.request.to, on.code, textWith(on), on.signal);
  if (outcome.kind !== 'answered') return outcome.reason;
  return outcome.status >= 200 && outcome.status < 300 ? null : `the SMS service answered ${outcome.status}`;
}

/** Meta's own way for codes: copied or filled in by the button, which takes the code as the end of an address. */
function templateWith(code: string, template: CodeTemplate | null): Pick<Outbound, 'template'> {
  if (template === null) return {};
  const { name, language, button } = template;
  const buttons = button ? { buttons: [{ kind: 'url', value: code, at: 0 } as const] } : {};
  return { template: { name, language, params: [code], ...buttons } };
}

async function byWhatsApp(on: Attempt): Promise<string | null> {
  const channel = on.parts.channels().find(({ type }) => type.name.startsWith('whatsapp'));
  if (channel === undefined) return 'no WhatsApp channel is open';
  const { key, cause, flow, block } = on.call;
  const message = { text: textWith(on)(on.code), ...templateWith(on.code, on.parts.template) };
  const contact = newContact(channel.type.name, on.request.to.replace(/^\+/, ''));
  const sent = await channel.open.send({ kind: 'delivery', key, cause, flow, block, message }, contact);
  return sent.kind === 'sent' ? null : sent.reason;
}
