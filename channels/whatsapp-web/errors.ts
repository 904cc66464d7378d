import type { Sent } from '../../src/channel/channel.ts';
import { messageOf } from '../../src/domain/error.ts';
import { printable } from '../../src/domain/printable.ts';
import { WebFault } from './protocol.ts';

/** A send that did not work: what the outbox is told, how long nothing at all should be sent (ms), and another way to say it. */
export interface Failure {
  readonly sent: Exclude<Sent, { kind: 'sent' }>;
  readonly hold?: number;
  /** WhatsApp does not take the file; its address may still be sent. */
  readonly asLink?: true;
}

const MINUTE = 60_000;

/** What the words of the library and of WhatsApp's page mean. The first that fits counts; whatever is missing is tried again. */
const WORDS: readonly (readonly [RegExp, Failure | ((reason: string) => Failure)])[] = [
  [/No LID for user/i, refused('WhatsApp Web cannot open a chat with this contact before the contact writes')],
  [/invalid wid|wid error/i, refused('This address is not one of WhatsApp')],
  [
    /media-fault|upload failed|InvalidMedia|invalid media|media.*(?:unsupported|too large)/i,
    (reason) => ({ ...refused(`WhatsApp does not take the file (${reason})`), asLink: true }),
  ],
  [
    /rate.?(?:limit|overlimit)|too many|\b429\b|\bspam\b/i,
    (reason) => ({
      sent: { kind: 'retry', after: 10 * MINUTE, reason: `WhatsApp wants this number to send less (${reason})` },
      hold: 10 * MINUTE,
    }),
  ],
];

/** What a fault of a send comes to. */
export function failureOf(error: unknown): Failure {
  const reason = printable(messageOf(error)).slice(0, 200);
  const code = error instanceof WebFault ? error.code : 'failed';
  if (code === 'unregistered') return refused('There is no WhatsApp account with this number');
  if (code === 'away' || code === 'late') return again(reason);
  const meant = WORDS.find(([pattern]) => pattern.test(reason))?.[1];
  if (meant === undefined) return again(`WhatsApp Web did not send it: ${reason}`);
  return typeof meant === 'function' ? meant(reason) : meant;
}

function again(reason: string): Failure {
  return { sent: { kind: 'retry', reason: `${reason}.` } };
}

function refused(text: string): Failure {
  return { sent: { kind: 'refused', reason: `${text}.` } };
}
