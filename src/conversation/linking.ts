import { createHash } from 'node:crypto';
import type { Contact } from '../domain/contact.ts';
import type { Entry } from '../domain/entry.ts';
import { ParleyError } from '../domain/error.ts';
import type { JsonObject } from '../domain/json.ts';
import { PROOFS, linkedField, personField, personIn, personOf } from '../domain/person.ts';
import type { Proof } from '../domain/person.ts';
import type { Store } from '../store/store.ts';

/** What linking contacts needs. */
export interface LinkingParts {
  readonly store: Pick<Store, 'load' | 'put' | 'page' | 'remove'>;
  /** Puts an entry into a conversation's inbox; rejects when it was not stored. */
  enter(contact: Contact, entry: Entry): Promise<void>;
  now(): number;
}

const KIND = 'person';

/** Contacts one person may have; who comes after them is linked, and not told to the oldest. */
const MOST = 50;

/** Times that everybody is told while others join; whoever joins later tells everybody again. */
const ROUNDS = 5;

/**
 * One person on several channels. Who belongs to a person is one document for each contact, so that nobody overwrites
 * anybody; what contacts know of each other reaches them by their inboxes. To do it again does no harm.
 */
export class Linking {
  private readonly parts: LinkingParts;

  constructor(parts: LinkingParts) {
    this.parts = parts;
  }

  /** Links a contact that has proved who it is. Of the newest other contact it takes the fields it does not have. */
  async link(id: string, proof: Proof, key: string): Promise<void> {
    const contact = await this.known(id);
    const { by } = proof;
    const person = personOf(proof);
    const before = personIn(contact, by);
    if (before !== null && before !== person) await this.leave(contact, by, before, key);
    const at = this.parts.now();
    const order = `${person}-${String(at).padStart(15, '0')}-${id}`;
    await this.parts.store.put({ kind: KIND, id: `${person}/${id}`, order, body: { person, contact: id, by, at } });
    await this.tell(by, person, key, contact);
  }

  /** Ends every link of a contact; the fields it has taken stay. */
  async unlink(id: string, key: string): Promise<void> {
    const contact = await this.known(id);
    for (const by of PROOFS) {
      const person = personIn(contact, by);
      if (person !== null) await this.leave(contact, by, person, key);
    }
  }

  private async leave(contact: Contact, by: Proof['by'], person: string, key: string): Promise<void> {
    await this.parts.store.remove(KIND, `${person}/${contact.id}`);
    await this.set(contact, { [personField(by)]: null, [linkedField(by)]: [] }, {}, `${key} leaves ${person}`);
    await this.tell(by, person, key, null);
  }

  /** Tells each contact of a person who the others are, until nobody has joined or left meanwhile. */
  private async tell(by: Proof['by'], person: string, key: string, joined: Contact | null): Promise<void> {
    let told = '';
    for (let round = 0; round < ROUNDS; round += 1) {
      const members = await this.members(person);
      const now = members.map(({ id }) => id).join('\n');
      if (now === told) return;
      for (const contact of members) {
        const others = members.map(({ id }) => id).filter((id) => id !== contact.id);
        const defaults = contact.id === joined?.id ? shared(members.find(({ id }) => id !== contact.id)) : {};
        const fields = { [personField(by)]: person, [linkedField(by)]: others };
        await this.set(contact, fields, defaults, `${key} ${person}\n${now}`);
      }
      told = now;
    }
  }

  /** The contacts of a person, who joined last first. */
  private async members(person: string): Promise<Contact[]> {
    // A tilde sorts behind every digit, so the page begins with the newest one.
    const page = await this.parts.store.page({ kind: KIND, before: `${person}-~`, limit: MOST });
    const ids = page.flatMap(({ body: { person: whose, contact } }) =>
      whose === person && typeof contact === 'string' ? [contact] : [],
    );
    const found = await Promise.all(ids.map((id) => this.parts.store.load(id)));
    return found.flatMap((each) => (each === null ? [] : [each.contact]));
  }

  /** The same words for the same contact count once, so that what a crash repeats is not told twice. */
  private set(contact: Contact, fields: JsonObject, defaults: JsonObject, what: string): Promise<void> {
    const id = `link-${createHash('sha256').update(`${contact.id}\n${what}`).digest('hex')}`;
    return this.parts.enter(contact, { kind: 'set', id, at: this.parts.now(), fields, defaults });
  }

  private async known(id: string): Promise<Contact> {
    const found = await this.parts.store.load(id);
    if (found === null) throw new ParleyError('not_found', `there is no contact "${id}"`);
    return found.contact;
  }
}

/** Fields that a contact passes on; those with `_` are its own. */
function shared(contact: Contact | undefined): JsonObject {
  return Object.fromEntries(Object.entries(contact?.fields ?? {}).filter(([name]) => !name.startsWith('_')));
}
