import { isObject, own } from '../../src/domain/json.ts';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import type { Inbound } from '../../src/domain/message.ts';
import { attachmentOf } from './attachment.ts';
import type { FileLink } from './attachment.ts';
import { listAt, textAt } from './fields.ts';
import { directAddress, isDirect, threadAddress } from './place.ts';
import { plainText, withoutMention } from './text.ts';

/** What an event of Slack is for us. */
export type Read =
  | Said
  /** Nothing to answer, by rule. Without a level it is too common to be logged. */
  | { readonly kind: 'ignored'; readonly what: string; readonly level?: 'info' | 'warn' };

/** Something that somebody wrote where the bot may be meant. */
export interface Said {
  readonly kind: 'said';
  readonly address: string;
  readonly user: string;
  /** The same for every envelope that carries the message: `message`, `app_mention`, repeats. */
  readonly id: string;
  readonly message: Inbound;
  /** False for what is written in a thread without naming the bot: it counts only in a conversation of ours. */
  readonly invited: boolean;
}

/** Longest text that is kept, in UTF-16 units; Slack's own limit is 40,000 characters. */
const MAX_TEXT = 16_384;

/** Subtypes that are messages like any other; the rest are notices, edits and bots. */
const MESSAGES: ReadonlySet<string> = new Set(['file_share', 'me_message', 'thread_broadcast']);

const SUBTYPES: Readonly<Record<string, string>> = {
  message_changed: 'an edit, also of links that unfold: it is not answered again',
  message_deleted: 'a deletion',
  message_replied: 'a notice of a reply',
  bot_message: 'a message of a bot',
};

/** Reads a `message` or `app_mention` event, whatever its shape; `me` is the user id of the bot. */
export function readMessage(event: JsonObject, me: string, link: FileLink): Read {
  const other = whyNot(event, me);
  if (other !== null) return other;
  const [channel, user, ts] = [textAt(event, 'channel'), textAt(event, 'user'), textAt(event, 'ts')];
  if (channel === undefined || user === undefined || ts === undefined)
    return { kind: 'ignored', what: 'a message without a channel, a user or a time', level: 'warn' };
  const { text, mentioned } = withoutMention(textOf(event), me);
  const invited = isDirect(channel) || mentioned || textAt(event, 'type') === 'app_mention';
  const thread = textAt(event, 'thread_ts');
  if (!invited && thread === undefined) return { kind: 'ignored', what: 'a message that is not for the bot' };
  const message = { text: plainText(text).slice(0, MAX_TEXT), ...attachmentsOf(event, link) };
  if (message.text.trim() === '' && message.attachments === undefined && !mentioned)
    return { kind: 'ignored', what: 'a message without text or a file that can be had', level: 'info' };
  const address = isDirect(channel) ? directAddress(channel, user) : threadAddress(channel, thread ?? ts);
  return { kind: 'said', address, user, id: `${channel}:${ts}`, message, invited };
}

/** Why an event is no message of a person; null when it is one. */
function whyNot(event: JsonObject, me: string): Read | null {
  const subtype = textAt(event, 'subtype');
  if (subtype === 'ekm_access_denied')
    return { kind: 'ignored', what: 'a message that the administrators have locked', level: 'warn' };
  if (own(event, 'user') === me) return { kind: 'ignored', what: 'what the bot itself has written' };
  // Bots that answer each other never stop.
  if (textAt(event, 'bot_id') !== undefined) return { kind: 'ignored', what: 'a message of a bot' };
  if (subtype !== undefined && !MESSAGES.has(subtype))
    return { kind: 'ignored', what: SUBTYPES[subtype] ?? `a notice (${subtype})` };
  return own(event, 'hidden') === true ? { kind: 'ignored', what: 'a hidden message' } : null;
}

/** What people see as text: shared messages and some clients have none but in attachments or blocks. */
function textOf(event: JsonObject): string {
  const text = textAt(event, 'text');
  if (text !== undefined) return text;
  const shared = listAt(event, 'attachments').map((shown) => textAt(shown, 'text') ?? textAt(shown, 'fallback') ?? '');
  return shared.filter(Boolean).join('\n') || blockText(own(event, 'blocks') ?? null, 0).trim();
}

/** Every text in blocks, in their order. */
function blockText(value: Json, depth: number): string {
  if (depth > 8) return '';
  if (Array.isArray(value)) return value.map((item: Json) => blockText(item, depth + 1)).join('');
  if (!isObject(value)) return '';
  const inner = own(value, 'elements') ?? (isObject(own(value, 'text')) ? own(value, 'text') : undefined);
  const text = textAt(value, 'text') ?? textAt(value, 'url') ?? '';
  return inner === undefined ? text : `${blockText(inner, depth + 1)}${depth < 4 ? '\n' : ''}`;
}

function attachmentsOf(event: JsonObject, link: FileLink): Pick<Inbound, 'attachments'> {
  const attachments = listAt(event, 'files').flatMap((file) => attachmentOf(file, link) ?? []);
  return attachments.length === 0 ? {} : { attachments };
}
