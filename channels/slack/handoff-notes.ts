import type { Notes } from '../../src/channel/channel.ts';
import { isObject } from '../../src/domain/json.ts';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import { parseJson } from '../../src/domain/parse-json.ts';
import { listAt, textAt } from './fields.ts';

/** The thread in which the team has a conversation. */
export interface TeamThread {
  readonly channel: string;
  readonly thread: string;
  /** The delivery that opened it: asked again, it opens no other. */
  readonly key: string;
  /** The first message, to be shown again without its button. */
  readonly text: string;
  readonly blocks: readonly JsonObject[];
}

/** A customer whose conversation the team has, or had. */
export interface Customer {
  readonly contact: string;
  readonly name: string;
}

/** Conversations that are listed as open; what is older is still reached by its thread. */
const MAX_OPEN = 100;

/** Which thread belongs to whom, kept for good and shared by all processes. Rejects when the store is away. */
export class HandoffNotes {
  private readonly notes: Notes;
  private last: Promise<unknown> = Promise.resolve();

  constructor(notes: Notes) {
    this.notes = notes;
  }

  /** The thread of a contact's last handoff. */
  async threadOf(contact: string): Promise<TeamThread | null> {
    const value = await this.read(`handoff contact ${contact}`);
    const [channel, thread, key] = [textAt(value, 'channel'), textAt(value, 'thread'), textAt(value, 'key')];
    if (channel === undefined || thread === undefined || key === undefined) return null;
    return { channel, thread, key, text: textAt(value, 'text') ?? '', blocks: listAt(value, 'blocks') };
  }

  /** Whose conversation a thread is. */
  async customerOf(channel: string, thread: string): Promise<Customer | null> {
    return customer(await this.read(`handoff thread ${channel}:${thread}`));
  }

  /** The thread leads to the contact before the contact leads to the thread: what is found is whole. */
  async open(
    who: Customer,
    thread: Omit<TeamThread, 'blocks'> & { readonly blocks: readonly object[] },
  ): Promise<void> {
    await this.notes.set(`handoff thread ${thread.channel}:${thread.thread}`, JSON.stringify(who));
    await this.notes.set(`handoff contact ${who.contact}`, JSON.stringify(thread));
    await this.list((open) => [...open.filter(({ contact }) => contact !== who.contact), who].slice(-MAX_OPEN));
  }

  async close(contact: string): Promise<void> {
    await this.list((open) => open.filter((who) => who.contact !== contact));
  }

  /** Customers whose conversations were opened and not closed, oldest first. Two processes at once may lose one of it. */
  async opened(): Promise<Customer[]> {
    const value: unknown = await this.read('handoff open');
    return Array.isArray(value) ? value.flatMap((one: Json) => customer(one) ?? []) : [];
  }

  private async list(change: (open: readonly Customer[]) => readonly Customer[]): Promise<void> {
    const changed = this.last.then(async () => {
      await this.notes.set('handoff open', JSON.stringify(change(await this.opened())));
    });
    this.last = changed.catch(() => undefined);
    await changed;
  }

  private async read(name: string): Promise<Json | undefined> {
    return parseJson((await this.notes.get(name)) ?? '');
  }
}

function customer(value: Json | undefined): Customer | null {
  if (!isObject(value)) return null;
  const [contact, name] = [textAt(value, 'contact'), textAt(value, 'name')];
  return contact === undefined || name === undefined ? null : { contact, name };
}
