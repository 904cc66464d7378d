import { own } from '../../src/domain/json.ts';
import type { Json } from '../../src/domain/json.ts';
import { isObject } from '../../src/domain/json.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { listAt, textAt } from '../../src/channel/fields.ts';
import { isUserId, phoneIn, senderOf } from './sender.ts';
import type { Sender } from './sender.ts';

/** One thing a webhook tells: what someone wrote, what became of a message of ours, or something to log. */
export type Item =
  | { readonly kind: 'message'; readonly message: JsonObject; readonly sender: Sender }
  | { readonly kind: 'status'; readonly status: JsonObject }
  | ByHand
  | Remark;

/** A person has written with our number, in the WhatsApp Business app: the number is in use there, too (coexistence). */
export interface ByHand {
  readonly kind: 'by_hand';
  readonly id: string;
  readonly to: Sender;
  readonly text: string;
}

/** Something that moves no conversation, in words for the log. */
export interface Remark {
  readonly kind: 'remark';
  readonly level: 'info' | 'warn' | 'error';
  readonly text: string;
  readonly facts: Record<string, unknown>;
}

/**
 * Takes a webhook apart: every entry, every change in it, every message in that. Each change says itself for which
 * business number it is. Whatever is not as expected becomes a remark; nothing throws.
 */
export function unpack(payload: Json, phoneNumberId: string): Item[] {
  const object = textAt(payload, 'object');
  if (object !== 'whatsapp_business_account')
    return [remark('warn', 'a webhook that is not about WhatsApp was ignored', { object })];
  return listAt(payload, 'entry')
    .flatMap((entry) => listAt(entry, 'changes'))
    .flatMap((change) => ofChange(change, phoneNumberId));
}

function ofChange(change: Json, phoneNumberId: string): Item[] {
  const field = textAt(change, 'field');
  const value = own(change, 'value');
  if (field !== 'messages' && field !== 'smb_message_echoes') return [ofField(field, value)];
  const number = textAt(own(value, 'metadata'), 'phone_number_id');
  if (number !== phoneNumberId)
    return [remark('warn', 'a webhook for another phone number was ignored', { phone_number_id: number })];
  if (field === 'smb_message_echoes') return listAt(value, 'message_echoes').map(echoOf);
  return [...listAt(value, 'errors').map(ofError), ...messagesOf(value), ...statusesOf(value)];
}

function messagesOf(value: Json | undefined): Item[] {
  const messages = listAt(value, 'messages');
  const contacts = listAt(value, 'contacts');
  return messages.map((message) => {
    if (!isObject(message)) return remark('warn', 'a message that is no object was ignored');
    const sender = senderOf(message, contacts, messages.length === 1);
    if (sender !== null) return { kind: 'message', message, sender };
    return remark('warn', 'a message without a sender was ignored', { id: textAt(message, 'id') });
  });
}

/** What takes something back is no word to the customer. */
const NO_WORD: ReadonlySet<string> = new Set(['revoke', 'edit', 'reaction']);

function echoOf(echo: Json): Item {
  const [id, type] = [textAt(echo, 'id'), textAt(echo, 'type') ?? ''];
  const phone = phoneIn(textAt(echo, 'to'));
  const users = [textAt(echo, 'to_user_id'), textAt(echo, 'to')].filter(isUserId);
  const known = phone !== undefined || users.length > 0;
  if (id === undefined || !known || NO_WORD.has(type))
    return remark('info', 'something that was done in the WhatsApp Business app was ignored', { id, type });
  const to = { users, ...(phone === undefined ? {} : { phone }) };
  return { kind: 'by_hand', id, to, text: textAt(own(echo, 'text'), 'body') ?? '' };
}

function statusesOf(value: Json | undefined): Item[] {
  return listAt(value, 'statuses').map((status) =>
    isObject(status) ? { kind: 'status', status } : remark('warn', 'a status that is no object was ignored'),
  );
}

/** Fields that tell of the account; those that stop it from sending are for whoever runs the server. */
function ofField(field: string | undefined, value: Json | undefined): Remark {
  const event = textAt(value, 'event');
  const facts = { field, ...(event === undefined ? {} : { event }) };
  if (/RESTRICT|DISABLE|VIOLATION|BAN/i.test(event ?? ''))
    return remark('error', `Meta reports ${event} for this account: look into the WhatsApp manager`, facts);
  return remark('info', 'a webhook that is no message was ignored', facts);
}

function ofError(error: Json): Remark {
  const code = textAt(error, 'code');
  const details = textAt(own(error, 'error_data'), 'details');
  return remark('warn', 'Meta reports an error', { code, title: textAt(error, 'title'), details });
}

function remark(level: Remark['level'], text: string, facts: Record<string, unknown> = {}): Remark {
  return { kind: 'remark', level, text, facts };
}
