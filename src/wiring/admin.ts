import { createHash } from 'node:crypto';
import { Tokens } from '../api/tokens.ts';
import type { Admin } from '../api/v1/admin.ts';
import { contactOf, shownId } from '../domain/contact.ts';
import { isStored } from '../domain/entry.ts';
import type { Entry } from '../domain/entry.ts';
import { ParleyError } from '../domain/error.ts';
import { isObject, toText } from '../domain/json.ts';
import type { JsonObject } from '../domain/json.ts';
import { realWorld } from '../domain/world.ts';
import type { Document, Store } from '../store/store.ts';
import type { ContactParts } from './contacts.ts';

const KIND = 'dead_letter';

/** Tokens and dead letters, on a store. */
export function adminOperations(parts: ContactParts & { readonly adminToken: string }): Admin {
  const { store } = parts;
  const tokens = new Tokens(store, parts.adminToken, () => realWorld.now());
  return {
    tokens: () => tokens.list(),
    addToken: (wanted) => tokens.add(wanted),
    revokeToken: (id) => tokens.revoke(id),
    deadLetters: async ({ before, limit }) => {
      const rows = await store.page({ kind: KIND, limit, ...(before === undefined ? {} : { before }) });
      const last = rows.at(-1);
      return { items: rows.map(shortLetter), ...(rows.length === limit && last ? { next: last.order } : {}) };
    },
    deadLetter: async (id) => {
      const { body } = await letter(store, id);
      return { id, ...body };
    },
    retryDeadLetter: async (id) => {
      const found = await letter(store, id);
      const contact = contactOf(toText(found.body['contact']));
      if (contact === null) throw new ParleyError('internal', `the dead letter ${id} names no contact`);
      const receipt = await parts.accept(contact, { ...entryOf(found), id: realWorld.id(), at: realWorld.now() });
      if (receipt !== 'accepted') throw new ParleyError('busy', 'too much is waiting for this conversation');
      await store.remove(KIND, found.id);
    },
    dropDeadLetter: async (id) => void (await store.remove(KIND, (await letter(store, id)).id)),
  };
}

/** Letters are shown by a short name, because what they are kept under lets a web visitor in. */
function shortLetter({ id, body }: Document): JsonObject {
  const { contact, entry, reason, at } = body;
  const kind = isObject(entry) ? (entry['kind'] ?? null) : null;
  return { id: nameOf(id), contact: shownId(toText(contact)), entry: kind, reason: reason ?? null, at: at ?? null };
}

function nameOf(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 16);
}

async function letter(store: Pick<Store, 'page'>, name: string): Promise<Document> {
  for (let before: string | undefined; ;) {
    const rows: readonly Document[] = await store.page({
      kind: KIND,
      limit: 200,
      ...(before === undefined ? {} : { before }),
    });
    const found = rows.find(({ id }) => nameOf(id) === name);
    if (found !== undefined) return found;
    before = rows.at(-1)?.order;
    if (before === undefined)
      throw new ParleyError('not_found', `there is no dead letter "${name}"`, 'The list of dead letters has the ids.');
  }
}

/** What was kept is an entry as it was; one that was made for its moment cannot be given again. */
function entryOf({ body }: Document): Entry {
  const entry = body['entry'] as unknown as Entry;
  if (isObject(body['entry']) && isStored(entry)) return entry;
  throw new ParleyError('conflict', 'this entry belonged to a moment that is over, so it cannot be tried again');
}
