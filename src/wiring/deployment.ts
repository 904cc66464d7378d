import type { Deployment } from '../api/v1/deployment.ts';
import { placesOf } from '../domain/place.ts';
import type { Store } from '../store/store.ts';
import { livePage } from './archive.ts';

/** What one page looks at. */
const FILES = 20;
const CONVERSATIONS = 1000;

/** What is live, and where conversations stand, as the store knows it: the same in a running server and beside it. */
export function deploymentOf(store: Store): Deployment {
  return {
    async liveFiles({ before }) {
      const { live, next } = await livePage(store, FILES, before);
      const items = [];
      for (const { file, version } of live) {
        const text = (await store.get('flow', version))?.body['text'];
        if (typeof text === 'string') items.push({ file, text });
      }
      return { items, ...(next === undefined ? {} : { next }) };
    },
    async places({ after }) {
      const found = await store.list({ ...(after === undefined ? {} : { after }), limit: CONVERSATIONS });
      const next = found.length < CONVERSATIONS ? undefined : found.at(-1)?.id;
      return { items: placesOf(found), ...(next === undefined ? {} : { next }) };
    },
  };
}
