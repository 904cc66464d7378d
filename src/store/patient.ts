import { setTimeout as pause } from 'node:timers/promises';
import { ParleyError } from '../domain/error.ts';
import type { Store } from './store.ts';

/** A store that is away for less than this is waited for (ms). A lease may end meanwhile; the token tells. */
const PATIENCE_MS = 10_000;

const FIRST_MS = 50;
const LONGEST_MS = 1000;

/**
 * A store that asks again when the one behind it is busy, for whoever holds a lease: to give up would cost the
 * conversation a whole lease. What comes in from outside is not kept waiting: `accept` says at once that it is busy.
 */
export function patient(store: Store): Store {
  return {
    accept: (request) => store.accept(request),
    commit: (change) => repeated(() => store.commit(change)),
    settle: (request) => repeated(() => store.settle(request)),
    renew: (leases, leaseMs) => store.renew(leases, leaseMs),
    claim: (request) => store.claim(request),
    now: () => store.now(),
    load: (id) => store.load(id),
    revisions: (ids) => store.revisions(ids),
    list: (query) => store.list(query),
    transcript: (id, query) => store.transcript(id, query),
    put: (document) => repeated(() => store.put(document)),
    get: (kind, id) => repeated(() => store.get(kind, id)),
    page: (query) => store.page(query),
    remove: (kind, id) => store.remove(kind, id),
    purge: (before) => store.purge(before),
    ping: () => store.ping(),
    close: () => store.close(),
  };
}

/** True for a fault of the store that passes. */
export function isBusy(error: unknown): boolean {
  return error instanceof ParleyError && error.code === 'busy';
}

async function repeated<T>(verb: () => Promise<T>): Promise<T> {
  const until = performance.now() + PATIENCE_MS;
  for (let wait = FIRST_MS; ; wait = Math.min(LONGEST_MS, 2 * wait)) {
    try {
      return await verb();
    } catch (error) {
      if (!isBusy(error) || performance.now() + wait > until) throw error;
      await pause(wait);
    }
  }
}
