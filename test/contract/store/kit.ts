import { newContact } from '../../../src/domain/contact.ts';
import type { Delivery } from '../../../src/domain/effect.ts';
import type { Entry } from '../../../src/domain/entry.ts';
import type { Session } from '../../../src/domain/session.ts';
import type { Accept, Commit, Held, Store } from '../../../src/store/store.ts';

/** What a store has to bring to be put through the contract. */
export interface Opened {
  readonly store: Store;
  /** Closes the store and opens it again on the same data, as a new process would. */
  readonly reopen?: () => Promise<Store>;
  /** Lets time pass for a store that keeps its own; without it the clock it was given is moved. */
  readonly advance?: (ms: number) => Promise<void>;
  readonly cleanup: () => Promise<void>;
}

/** Opens an empty store. `clock` is the time it should keep, if it can. */
export type Open = (clock: () => number) => Promise<Opened>;

/** The store under test and its time. */
export interface Setting {
  readonly store: Store;
  now(): number;
  /** Lets `ms` milliseconds pass for the store. */
  pass(ms: number): Promise<void>;
}

/** A lease that no test outlives, and one that tests wait for (a store with its own clock really waits). */
export const LONG = 60_000;
export const SHORT = 400;

/** The contact that most tests write to. */
export const ANA = 'test:ana';

/** What an owed call would send. */
export const REQUEST = {
  type: 'webhook',
  method: 'GET',
  url: 'https://x.example/',
  headers: {},
  timeout: 1000,
} as const;

/** A message of the contact as an inbox entry. */
export function message(id: string, text = 'hello'): Entry {
  return { kind: 'message', id, at: 1_000, message: { text } };
}

/** An accept by one owner with a long lease and room in the inbox. */
export function acceptOf(id: string, changes: Partial<Accept> = {}): Accept {
  const conversation = changes.conversation ?? ANA;
  const contact = { ...newContact('test', conversation.slice(conversation.indexOf(':') + 1)), id: conversation };
  return { conversation, contact, entry: message(id), owner: 'one', leaseMs: LONG, inboxLimit: 1_000, ...changes };
}

/** Accepts a message for a contact that nobody holds. */
export async function hold(store: Store, id = 'm1', changes: Partial<Accept> = {}): Promise<Held> {
  const accepted = await store.accept(acceptOf(id, changes));
  if (accepted.kind !== 'held') throw new Error(`expected the lease, got ${accepted.kind}`);
  return accepted.held;
}

/** A commit of a turn over the first entry, which changes nothing else unless told. */
export function commitOf({ token, conversation }: Held, changes: Partial<Commit> = {}): Commit {
  const { id, revision, contact, inbox } = conversation;
  const consumed = inbox.slice(0, 1).map((entry) => entry.id);
  const nothing = { session: null, wakeAt: null, done: [], owe: [], lines: [] };
  return { id, token, revision, contact, consumed, ...nothing, ...changes };
}

/** Commits and answers what is held now; throws if the lease was lost. */
export async function take(store: Store, held: Held, changes: Partial<Commit> = {}): Promise<Held> {
  const committed = await store.commit(commitOf(held, changes));
  if (committed.kind === 'lost') throw new Error('the commit was lost');
  return { token: held.token, conversation: committed.conversation };
}

/** Takes a message through a whole turn, so that nobody holds the conversation. */
export async function finish(
  store: Store,
  id = 'm1',
  changes: Partial<Commit> = {},
  conversation = ANA,
): Promise<void> {
  const held = await take(store, await hold(store, id, { conversation }), changes);
  const settled = await store.settle({ id: conversation, token: held.token, done: [] });
  if (settled.kind !== 'released') throw new Error(`expected to release, got ${settled.kind}`);
}

/** A message owed to the contact. */
export function delivery(key: string, changes: Partial<Delivery> = {}): Delivery {
  return {
    kind: 'delivery',
    key,
    cause: 'm1',
    flow: 'order',
    block: 'ask',
    message: { text: `text of ${key}` },
    ...changes,
  };
}

/** A session that waits for a reply. */
export function session(changes: Partial<Session> = {}): Session {
  const place = { id: 's1', flow: 'order', version: 'v1', block: 'ask', wait: { for: 'reply' } } as const;
  return { ...place, variables: {}, message: null, visits: 1, startedAt: 1, expiresAt: 9e12, ...changes };
}

/** Claims by an owner with a long lease. */
export function claim(store: Store, limit = 100, owner = 'two'): Promise<readonly Held[]> {
  return store.claim({ owner, leaseMs: LONG, limit });
}

/** Ids of what was claimed, in order. */
export function idsOf(held: readonly Held[]): string[] {
  return held.map((one) => one.conversation.id);
}
