import { knownConversation } from '../conversation/known.ts';
import { contactFacts } from '../api/v1/contacts.ts';
import type { Operations, OverdueRow } from '../api/v1/operations.ts';
import { shownId } from '../domain/contact.ts';
import type { Contact } from '../domain/contact.ts';
import type { Conversation } from '../domain/conversation.ts';
import type { Entry } from '../domain/entry.ts';
import { ParleyError } from '../domain/error.ts';
import { overdueSince } from '../domain/overdue.ts';
import { realWorld } from '../domain/world.ts';
import { INBOX_LIMIT } from '../inbox/accept.ts';
import type { Receipt } from '../inbox/accept.ts';
import { LEASE_MS } from '../inbox/lease.ts';
import type { Store } from '../store/store.ts';

/** Conversations that one page of the overdue ones looks at. */
const LOOKED_AT = 1000;

/** What the contact operations are made of. */
export interface ContactParts {
  readonly store: Store;
  /** The door into a conversation; anything but `accepted` was not stored. */
  accept(contact: Contact, entry: Entry): Promise<Receipt>;
}

/** Reading contacts, and taking one out of its flow. */
export function contactOperations(
  parts: ContactParts,
): Pick<Operations, 'contacts' | 'contact' | 'resetContact' | 'overdue'> {
  const { store } = parts;
  return {
    contacts: async (query) => {
      const found = await store.list(query);
      const last = found.at(-1);
      const more = found.length === query.limit && last !== undefined;
      return { items: found.map(contactFacts), ...(more ? { next: last.id } : {}) };
    },
    contact: async (id) => contactFacts(await knownConversation(store, id)),
    overdue: async ({ after }) => {
      const found = await store.list({ ...(after === undefined ? {} : { after }), limit: LOOKED_AT });
      const next = found.length < LOOKED_AT ? undefined : found.at(-1)?.id;
      return { items: found.flatMap((each) => overdueRow(each, store.now())), ...(next === undefined ? {} : { next }) };
    },
    resetContact: async (id) => {
      const { contact, session } = await knownConversation(store, id);
      if (session === null) return false;
      const receipt = await parts.accept(contact, { kind: 'reset', id: realWorld.id(), at: realWorld.now() });
      if (receipt !== 'accepted') throw new ParleyError('busy', `the contact "${id}" has too much waiting`);
      return true;
    },
  };
}

/** The door of a store that no server has open: what is accepted is taken up by the next server that starts. */
export function acceptAlone(store: Store): ContactParts['accept'] {
  return async (contact, entry) => {
    // Who is about to go must not hold it: a server that runs on the same database takes it up at once.
    const terms = { owner: realWorld.id(), leaseMs: LEASE_MS, inboxLimit: INBOX_LIMIT, leave: true } as const;
    const accepted = await store.accept({ conversation: contact.id, contact, entry, ...terms });
    return accepted.kind === 'held' || accepted.kind === 'queued' ? 'accepted' : accepted.kind;
  };
}

function overdueRow(found: Conversation, now: number): OverdueRow[] {
  const since = overdueSince(found, now);
  return since === null ? [] : [{ contact: shownId(found.id), since: new Date(since).toISOString() }];
}
