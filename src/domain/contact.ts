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
}

/** The contact as first seen: everything else is learnt in conversation. */
export function newContact(
  channel: string,
  address: string,
  known: { name?: string; language?: string } = {},
): Contact {
  return { id: `${channel}:${address}`, channel, address, ...known, fields: {} };
}

/**
 * The id of a conversation as logs may show it: on the web the address is what lets a visitor in, so only
 * its beginning is shown.
 */
export function shownId(id: string): string {
  return id.startsWith('web:') ? `${id.slice(0, 12)}…` : id;
}
