import { webAddress } from '../domain/contact.ts';
import type { Conversation } from '../domain/conversation.ts';
import { ParleyError } from '../domain/error.ts';
import type { Store } from '../store/store.ts';

/**
 * The conversation of a contact's id. A web chat may also be named by its session, as whoever started it knows it.
 * Throws `not_found`.
 */
export async function knownConversation(store: Pick<Store, 'load'>, id: string): Promise<Conversation> {
  const found = (await store.load(id)) ?? (id.startsWith('web:') ? await store.load(bySession(id)) : null);
  if (found !== null) return found;
  throw new ParleyError('not_found', `there is no contact "${id}"`, 'The list of contacts has the ids.');
}

function bySession(id: string): string {
  return `web:${webAddress(id.slice('web:'.length))}`;
}
