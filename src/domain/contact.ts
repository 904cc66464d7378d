import { createHash } from 'node:crypto';
import type { JsonObject } from './json.ts';

/** A person on one channel. What a flow stores with `contact_field` lasts over flows, in `fields`. */
export interface Contact {
  /** `<channel>:<address>`, for example `whatsapp:+573001112233`; also the id of the conversation. */
  readonly id: string;
  readonly channel: string;
  /** Where the channel reaches the person: a phone number, a Slack user and thread, a web session. */
  readonly address: string;
  readonly name?: string;
  /** BCP 47 language tag; decides how numbers and dates are read. */
  readonly language?: string;
  readonly fields: JsonObject;
  /** When they last wrote (ms since 1970); absent until they do. */
  readonly heardAt?: number;
}

/** How long after a contact's last message WhatsApp lets a business write freely (ms). */
export const WINDOW_MS = 24 * 3_600_000;

/** True when the channel takes any message for the contact now, and not only templates that it has approved. */
export function windowOpen({ channel, heardAt }: Contact, now: number): boolean {
  const limited = channel === 'whatsapp' || channel === 'whatsapp-cloud';
  return !limited || (heardAt !== undefined && now - heardAt < WINDOW_MS);
}

/** The contact as first seen: everything else is learnt in conversation. */
export function newContact(
  channel: string,
  address: string,
  known: { name?: string; language?: string } = {},
): Contact {
  return { id: `${channel}:${address}`, channel, address, ...known, fields: {} };
}

/** The fields of a contact after some were set; `defaults` only where it has none. */
export function withFields({ fields }: Contact, set: { fields?: JsonObject; defaults?: JsonObject }): JsonObject {
  return { ...set.defaults, ...fields, ...set.fields };
}

/** The contact of an id such as `whatsapp:573001112233`; null when it names no channel or no address. */
export function contactOf(id: string): Contact | null {
  const [channel = '', ...address] = id.split(':');
  return channel === '' || address.join(':') === '' ? null : newContact(channel, address.join(':'));
}

/** The address of a web session: known to flows and APIs, and no help to whoever wants to speak in the session. */
export function webAddress(session: string): string {
  return createHash('sha256').update(session).digest('base64url').slice(0, 32);
}

/**
 * The id of a conversation as logs may show it: on the web the address is what lets a visitor in, so only
 * its beginning is shown.
 */
export function shownId(id: string): string {
  return id.startsWith('web:') ? `${id.slice(0, 12)}…` : id;
}
