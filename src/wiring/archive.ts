import type { Archive } from '../flow/library.ts';
import type { Store } from '../store/store.ts';

/** Keeps flow versions as documents of the store. */
export function flowArchive(store: Store, now: () => number): Archive {
  return {
    async save(hash, file, text) {
      if ((await store.get('flow', hash)) !== null) return;
      await store.put({
        kind: 'flow',
        id: hash,
        order: `${String(now()).padStart(15, '0')}-${hash}`,
        body: { file, text },
      });
    },
    async load(hash) {
      const kept = await store.get('flow', hash);
      const { file, text } = kept?.body ?? {};
      return typeof file === 'string' && typeof text === 'string' ? { file, text } : null;
    },
    async noteLive(file, version) {
      const order = `${String(now()).padStart(15, '0')}-${file}`;
      await store.put({ kind: 'live', id: file, order, body: { version } });
    },
    async lastLive(file) {
      const version = (await store.get('live', file))?.body['version'];
      return typeof version === 'string' ? version : null;
    },
  };
}
