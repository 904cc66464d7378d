import { randomBytes } from 'node:crypto';
import type { Line } from '../../domain/conversation.ts';
import type { Effect } from '../../domain/effect.ts';
import { appendText, nextDue } from './record.ts';
import type { Stored } from './record.ts';
import type { Records } from './records.ts';
import type { Remembered } from './remembered.ts';
import { INBOX_BYTES } from '../store.ts';
import type { Accept, Accepted, Commit, Committed, Held, Lease, Settle, Settled, Store } from '../store.ts';
import type { Transcripts } from './transcripts.ts';

/** Tokens of this process start with this, so that no later process makes one of them again. */
const BOOT = randomBytes(9).toString('base64url');
let taken = 0;

const TAIL_LINES = 12;
const TAIL_CHARACTERS = 8192;

/** The verbs that move a conversation. Each runs inside one transaction; the lease has no need to know its owner. */
export class Turns {
  readonly #records: Records;
  readonly #remembered: Remembered;
  readonly #transcripts: Transcripts;
  readonly #clock: () => number;

  constructor(records: Records, remembered: Remembered, transcripts: Transcripts, clock: () => number) {
    this.#records = records;
    this.#remembered = remembered;
    this.#transcripts = transcripts;
    this.#clock = clock;
  }

  accept({ conversation: id, contact, entry, leaseMs, inboxLimit, inboxBytes = INBOX_BYTES, leave }: Accept): Accepted {
    const now = this.#clock();
    const stored = this.#records.find(id) ?? this.#records.create(id, contact);
    if (!this.#remembered.add(stored.n, entry.id, now)) return { kind: 'duplicate' };
    const { inbox } = stored.conversation;
    if (inbox.length >= inboxLimit || stored.inboxText.length >= inboxBytes) {
      this.#remembered.remove(stored.n, entry.id);
      return { kind: 'full' };
    }
    stored.conversation = { ...stored.conversation, inbox: [...inbox, entry] };
    stored.inboxText = appendText(stored.inboxText, entry);
    // One whose lease is over is due already, so whoever leaves the lease alone need not touch it either.
    if (isHeld(stored, now) || (leave === true && stored.token !== null)) {
      this.#records.saveInbox(stored);
      return { kind: 'queued' };
    }
    if (leave === true) {
      stored.dueAt = nextDue(stored, now);
      this.#records.saveAccepted(stored);
      return { kind: 'queued' };
    }
    return { kind: 'held', held: this.#take(stored, leaseMs, now) };
  }

  commit(change: Commit): Committed {
    const stored = this.#leased(change);
    if (stored?.conversation.revision !== change.revision) return { kind: 'lost' };
    const before = stored.conversation;
    const lines = change.lines.map((line, index) => ({ ...line, seq: before.lines + 1 + index }));
    if (change.contact !== before.contact) stored.contactText = JSON.stringify(change.contact);
    const inbox = before.inbox.filter((entry) => !change.consumed.includes(entry.id));
    if (inbox.length < before.inbox.length) stored.inboxText = JSON.stringify(inbox);
    stored.wakeAt = change.wakeAt;
    stored.conversation = {
      id: before.id,
      contact: change.contact,
      session: change.session,
      inbox,
      owed: [...without(before.owed, change.done), ...change.owe],
      revision: before.revision + 1,
      lines: before.lines + lines.length,
    };
    stored.tail = tailOf(stored.tail, lines, this.#transcripts.add(stored.n, lines));
    this.#records.saveTurn(stored);
    return { kind: 'committed', conversation: stored.conversation, lines };
  }

  settle({ id, token, done, postponed }: Settle): Settled {
    const stored = this.#leased({ id, token });
    if (stored === null) return { kind: 'lost' };
    const now = this.#clock();
    const owed = without(stored.conversation.owed, done);
    const left = postponed === undefined ? owed : owed.map((one) => (one.key === postponed.key ? postponed : one));
    stored.conversation = { ...stored.conversation, owed: left };
    const due = nextDue(stored, now);
    if (due !== null && due <= now) {
      stored.dueAt = now + stored.leaseMs;
      this.#records.saveSettled(stored);
      return { kind: 'more', conversation: stored.conversation };
    }
    this.#release(stored, due);
    return { kind: 'released' };
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
        else this.#release(stored, due);
      }
    }
    return claimed;
  }

  /** Voids every lease: whoever held them died with the process before. */
  releaseAll(): void {
    const now = this.#clock();
    for (const stored of this.#records.leased()) this.#release(stored, nextDue(stored, now));
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
    stored.token = token;
    stored.leaseMs = leaseMs;
    stored.dueAt = now + leaseMs;
    this.#records.saveAccepted(stored);
  }

  #release(stored: Stored, due: number | null): void {
    stored.token = null;
    stored.dueAt = due;
    this.#records.saveSettled(stored);
  }
}

function isHeld({ token, dueAt }: Stored, now: number): boolean {
  return token !== null && dueAt !== null && dueAt > now;
}

/** The last lines that are kept in memory: as many, and of as many characters, as an ordinary turn has. */
function tailOf(before: readonly Line[], lines: readonly Line[], size: number): readonly Line[] {
  if (lines.length === 0) return before;
  if (size > TAIL_CHARACTERS) return [];
  return before.length + lines.length > TAIL_LINES ? lines : [...before, ...lines];
}

function without(owed: readonly Effect[], done: readonly string[]): readonly Effect[] {
  return done.length === 0 ? owed : owed.filter((effect) => !done.includes(effect.key));
}
