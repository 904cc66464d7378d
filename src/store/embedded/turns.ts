import { randomBytes } from 'node:crypto';
import type { Effect } from '../../domain/effect.ts';
import { nextDue, tailOf, toLines } from './record.ts';
import type { Stored } from './record.ts';
import type { Ledger } from './ledger.ts';
import type { Records } from './records.ts';
import { INBOX_BYTES } from '../store.ts';
import type { Accept, Accepted, Commit, Committed, Held, Lease, Settle, Settled, Store } from '../store.ts';

/** Tokens of this process start with this, so that no later process makes one of them again. */
const BOOT = randomBytes(9).toString('base64url');
let taken = 0;

/** The verbs that move a conversation. Each runs inside one transaction; the lease has no need to know its owner. */
export class Turns {
  readonly #ledger: Ledger;
  readonly #records: Records;
  readonly #clock: () => number;

  constructor(ledger: Ledger, clock: () => number) {
    this.#ledger = ledger;
    this.#records = ledger.records;
    this.#clock = clock;
  }

  accept({ conversation: id, contact, entry, leaseMs, inboxLimit, inboxBytes = INBOX_BYTES, leave }: Accept): Accepted {
    const now = this.#clock();
    const stored = this.#records.find(id) ?? this.#records.create(id, contact);
    if (this.#ledger.remembered.has(stored, entry.id)) return { kind: 'duplicate' };
    if (stored.conversation.inbox.length >= inboxLimit || stored.inboxSize >= inboxBytes) return { kind: 'full' };
    this.#records.change(stored, { n: stored.n, op: 'entry', entry, at: now });
    // One whose lease is over is due already, so whoever leaves the lease alone need not touch it either.
    if (isHeld(stored, now) || (leave === true && stored.token !== null)) return { kind: 'queued' };
    if (leave !== true) return { kind: 'held', held: this.#take(stored, leaseMs, now) };
    this.#lease(stored, null, nextDue(stored, now));
    return { kind: 'queued' };
  }

  commit(change: Commit): Committed {
    const stored = this.#leased(change);
    if (stored?.conversation.revision !== change.revision) return { kind: 'lost' };
    const { contact, session, wakeAt, consumed } = change;
    const before = stored.conversation;
    const numbered = change.lines.map((line, index) => ({ seq: before.lines + 1 + index, ...line }));
    const lines = toLines(numbered);
    const owed = [...without(before.owed, change.done), ...change.owe];
    const turn = { n: stored.n, op: 'turn', session, wakeAt, consumed, owed, lines } as const;
    this.#records.change(stored, contact === before.contact ? turn : { contact, ...turn });
    stored.tail = tailOf(stored.tail, numbered, lines?.text.length ?? 0);
    return { kind: 'committed', conversation: stored.conversation, lines: numbered };
  }

  settle({ id, token, done, postponed }: Settle): Settled {
    const stored = this.#leased({ id, token });
    if (stored === null) return { kind: 'lost' };
    const now = this.#clock();
    const left = without(stored.conversation.owed, done);
    const owed = postponed === undefined ? left : left.map((one) => (one.key === postponed.key ? postponed : one));
    if (owed !== stored.conversation.owed) this.#records.change(stored, { n: stored.n, op: 'owed', owed });
    const due = nextDue(stored, now);
    if (due === null || due > now) {
      this.#lease(stored, null, due);
      return { kind: 'released' };
    }
    this.#lease(stored, token, now + stored.leaseMs);
    return { kind: 'more', conversation: stored.conversation };
  }

  renew(leases: readonly Lease[], leaseMs: number): string[] {
    const lost: string[] = [];
    for (const lease of leases) {
      const stored = this.#leased(lease);
      if (stored === null) lost.push(lease.id);
      else this.#hold(stored, lease.token, leaseMs, this.#clock());
    }
    return lost;
  }

  claim({ leaseMs, limit, channels }: Parameters<Store['claim']>[0]): Held[] {
    const now = this.#clock();
    const claimed: Held[] = [];
    while (claimed.length < limit) {
      const found = this.#records.due(now, limit - claimed.length, channels);
      if (found.length === 0) return claimed;
      for (const stored of found) {
        const due = nextDue(stored, now);
        if (due !== null && due <= now) claimed.push(this.#take(stored, leaseMs, now));
        else this.#lease(stored, null, due);
      }
    }
    return claimed;
  }

  /** Voids every lease: whoever held them died with the process before. */
  releaseAll(): void {
    const now = this.#clock();
    this.#ledger.fold();
    for (const stored of this.#records.leased()) this.#lease(stored, null, nextDue(stored, now));
  }

  /** The record if this token still holds it. A lease that is over but was not taken by anybody still counts. */
  #leased({ id, token }: Lease): Stored | null {
    const stored = this.#records.find(id);
    return stored?.token === token ? stored : null;
  }

  #take(stored: Stored, leaseMs: number, now: number): Held {
    const token = `${BOOT}.${(taken += 1).toString(36)}`;
    this.#hold(stored, token, leaseMs, now);
    return { token, conversation: stored.conversation };
  }

  #hold(stored: Stored, token: string, leaseMs: number, now: number): void {
    this.#lease(stored, token, now + leaseMs, leaseMs);
  }

  #lease(stored: Stored, token: string | null, dueAt: number | null, ms = stored.leaseMs): void {
    this.#records.change(stored, { n: stored.n, op: 'lease', token, ms, dueAt });
  }
}

function isHeld({ token, dueAt }: Stored, now: number): boolean {
  return token !== null && dueAt !== null && dueAt > now;
}

function without(owed: readonly Effect[], done: readonly string[]): readonly Effect[] {
  return done.length === 0 ? owed : owed.filter((effect) => !done.includes(effect.key));
}
