import { own } from '../../src/domain/json.ts';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import { textAt } from '../../src/channel/fields.ts';

/** Who wrote, by every name that Meta gives. At least one of `phone` and `users` is there. */
export interface Sender {
  /** E.164 without the plus. */
  readonly phone?: string;
  /** Business-scoped user ids: what remains of people who hide their number. */
  readonly users: readonly string[];
  readonly name?: string;
}

/** The sender of a message; null when nothing in it names one. `alone`: it is the only message of its change. */
export function senderOf(message: JsonObject, contacts: readonly Json[], alone: boolean): Sender | null {
  const from = textAt(message, 'from') ?? textAt(own(message, 'system'), 'customer');
  const contact = contactOf(message, contacts, alone);
  const phone = phoneIn(from) ?? phoneIn(textAt(contact, 'wa_id'));
  const named = [
    from,
    textAt(message, 'from_user_id'),
    textAt(contact, 'user_id'),
    textAt(message, 'from_parent_user_id'),
    textAt(contact, 'parent_user_id'),
  ];
  const users = [...new Set(named.filter(isUserId))];
  if (phone === undefined && users.length === 0) return null;
  const profile = own(contact, 'profile');
  const name = textAt(profile, 'name') ?? textAt(profile, 'username');
  return { users, ...(phone === undefined ? {} : { phone }), ...(name === undefined ? {} : { name }) };
}

/** The digits of a phone number as Meta writes it, with or without a plus; undefined for anything else. */
export function phoneIn(text: string | undefined): string | undefined {
  return /^\+?(\d{5,20})$/.exec(text ?? '')?.[1];
}

/** True for a business-scoped user id, `CO.1349…`, or that of a group of businesses, `CO.ENT.1181…`. */
export function isUserId(text: string | undefined): text is `${string}.${string}` {
  return /^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$/.test(text ?? '');
}

/** The contact that belongs to a message. A number and a WhatsApp id need not agree, so one contact fits one message. */
function contactOf(message: JsonObject, contacts: readonly Json[], alone: boolean): Json | undefined {
  const from = phoneIn(textAt(message, 'from'));
  const user = textAt(message, 'from_user_id') ?? textAt(message, 'from');
  const match = contacts.find(
    (contact) =>
      (from !== undefined && phoneIn(textAt(contact, 'wa_id')) === from) ||
      (user !== undefined && textAt(contact, 'user_id') === user),
  );
  return match ?? (alone && contacts.length === 1 ? contacts[0] : undefined);
}
