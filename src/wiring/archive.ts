import type { Archive } from '../flow/library.ts';
import type { Store } from '../store/store.ts';

const DAY = 86_400_000;

/** How many documents are read at once. */
const PAGE = 100;

/** A time as the beginning of an order: texts sort like the times they stand for. */
export function timeOrder(at: number): string {
  return String(Math.max(0, at)).padStart(15, '0');
}

/** The time at the beginning of an order. */
export function orderTime(order: string): number {
  return Number.parseInt(order, 10);
}

/** Keeps flow versions as documents of the store. Their order says when they were last known to be live, to a day. */
export function flowArchive(store: Store, now: () => number): Archive {
  return {
    async save(hash, file, text) {
      const kept = await store.get('flow', hash);
      if (kept !== null && orderTime(kept.order) > now() - DAY) return;
      await store.put({ kind: 'flow', id: hash, order: `${timeOrder(now())}-${hash}`, body: { file, text } });
    },
    async load(hash) {
      const kept = await store.get('flow', hash);
      const { file, text } = kept?.body ?? {};
      return typeof file === 'string' && typeof text === 'string' ? { file, text } : null;
    },
    async noteLive(file, version) {
      await store.put({ kind: 'live', id: file, order: `${timeOrder(now())}-${file}`, body: { version } });
    },
    async lastLive(file) {
      const version = (await store.get('live', file))?.body['version'];
      return typeof version === 'string' ? version : null;
    },
    async noteFiles(present) {
      for (const { file, version } of await liveNotes(store)) {
        const order = `${timeOrder(now())}-${file}`;
        if (!present.has(file)) await store.put({ kind: 'live', id: file, order, body: { version, gone: true } });
      }
    },
  };
}

/** A file that is live, and in which version. Files that are gone since the last load are not. */
interface LiveNote {
  readonly file: string;
  readonly version: string;
}

/** Some of the files that are live; without `next` there are no more. */
export async function livePage(
  store: Store,
  limit: number,
  before?: string,
): Promise<{ live: readonly LiveNote[]; next?: string }> {
  const page = await store.page({ kind: 'live', limit, ...(before === undefined ? {} : { before }) });
  const live = page.flatMap(({ id: file, body: { version, gone } }) =>
    gone !== true && typeof version === 'string' ? [{ file, version }] : [],
  );
  const next = page.length < limit ? undefined : page.at(-1)?.order;
  return { live, ...(next === undefined ? {} : { next }) };
}

/** Everything that is live, as the store knows it from the last load of any process. */
export async function liveNotes(store: Store): Promise<LiveNote[]> {
  const found: LiveNote[] = [];
  let before: string | undefined;
  do {
    const { live, next } = await livePage(store, PAGE, before);
    found.push(...live);
    before = next;
  } while (before !== undefined);
  return found;
}
