/**
 * A real process with the embedded store, for tests that kill it. Opens the directory it is given and takes messages
 * through whole turns at full speed, writing one line for each verb that the store acknowledged.
 */
import { writeSync } from 'node:fs';
import { ParleyError } from '../../src/domain/error.ts';
import { openEmbedded } from '../../src/store/embedded.ts';
import type { Store } from '../../src/store/store.ts';
import { acceptOf, commitOf, delivery, session } from '../contract/store/kit.ts';

const LANES = 16;

function report(...words: readonly (string | number)[]): void {
  writeSync(1, `${words.join(' ')}\n`);
}

async function lane(store: Store, conversation: string): Promise<void> {
  for (let n = 1; ; n += 1) {
    const id = `m${n}`;
    const accepted = await store.accept(acceptOf(id, { conversation }));
    if (accepted.kind !== 'held') throw new Error(accepted.kind);
    report('accepted', conversation, n);
    const { token } = accepted.held;
    const key = `d${n}`;
    await store.commit(
      commitOf(accepted.held, {
        session: session({ visits: n }),
        owe: [delivery(key)],
        lines: [
          { kind: 'in', at: n, cause: id, message: { text: id } },
          { kind: 'out', at: n, cause: id, key, message: { text: key } },
        ],
      }),
    );
    report('committed', conversation, n);
    await store.settle({ id: conversation, token, done: [key] });
    report('settled', conversation, n);
  }
}

try {
  const store = await openEmbedded({ dir: process.argv[2] ?? '' });
  await Promise.all(Array.from({ length: LANES }, (_, n) => lane(store, `test:${n}`)));
} catch (error) {
  if (!(error instanceof ParleyError)) throw error;
  report('refused', error.code, error.message);
}
