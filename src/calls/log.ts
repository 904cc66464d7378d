import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { messageOf } from '../domain/error.ts';
import type { CallRow } from './row.ts';

/** A row as the store keeps it. `order` sorts by time, and the id makes it unique. */
export interface CallDocument {
  readonly kind: 'call';
  readonly id: string;
  readonly order: string;
  readonly body: CallRow;
  readonly expiresAt: number;
}

/** The webhook log: one row for each try of each call. */
export interface CallLog {
  /** Never waits and never throws: a call must not fail because it could not be written down. */
  write(row: CallRow): void;
  /** Resolves when everything written so far is kept or given up. */
  drain(): Promise<void>;
}

/** What the log needs. */
export interface CallLogOptions {
  readonly put: (document: CallDocument) => Promise<void>;
  /** How long rows are kept, in milliseconds. */
  readonly retentionMs: number;
  readonly warn: (text: string, facts: Readonly<Record<string, unknown>>) => void;
  readonly id?: () => string;
}

/** Rows that wait to be kept, each up to two bodies large; more are lost, and counted. */
const MAX_QUEUE = 1000;
/** Rows that are written at a time: a store that commits in groups takes them together. */
const AT_ONCE = 8;

/** Makes the log: a queue in front of the store. */
export function createCallLog({ put, retentionMs, warn, id = randomUUID }: CallLogOptions): CallLog {
  const queue: CallRow[] = [];
  const writers = new Set<Promise<void>>();
  let lost = 0;

  async function keep(row: CallRow): Promise<void> {
    const made = id();
    const order = `${String(row.at).padStart(15, '0')}-${made}`;
    try {
      await put({ kind: 'call', id: made, order, body: row, expiresAt: row.at + retentionMs });
    } catch (error) {
      warn('a row of the call log could not be kept', { key: row.key, attempt: row.attempt, reason: messageOf(error) });
    }
  }

  async function work(): Promise<void> {
    for (let row = queue.shift(); row !== undefined; row = queue.shift()) await keep(row);
    if (lost === 0) return;
    warn('the store is too slow for the call log: rows were lost', { rows: lost });
    lost = 0;
  }

  return {
    write(row) {
      if (queue.length >= MAX_QUEUE) {
        lost += 1;
        return;
      }
      queue.push(row);
      if (writers.size >= AT_ONCE) return;
      const writer = work().finally(() => writers.delete(writer));
      writers.add(writer);
    },
    drain: async () => {
      // Calls that end at this moment write their rows first.
      await setImmediate();
      while (writers.size > 0) await Promise.all(writers);
    },
  };
}
