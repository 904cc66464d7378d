import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openEmbedded } from '../../src/store/embedded.ts';
import type { Store } from '../../src/store/store.ts';
import { ANA, finish } from '../contract/store/kit.ts';

/** Turns of one conversation, each of which is three transactions of some kilobytes. */
const TURNS = 150;

describe('the log of writes of the embedded store', function () {
  this.timeout(60_000);
  let dir: string;
  let store: Store;
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'parley-checkpoint-'));
    store = await openEmbedded({ dir, synchronous: 'NORMAL' });
  });
  afterEach(async () => {
    await store.close();
    rmSync(dir, { recursive: true });
  });

  const talk = async (from: number): Promise<void> => {
    const text = 'x'.repeat(6000);
    for (let n = from; n < from + TURNS; n += 1) {
      await finish(store, `m${n}`, { lines: [{ kind: 'in', at: n, cause: `m${n}`, message: { text } }] });
    }
  };

  it('is copied into the database beside the writing, and begins anew', async () => {
    const size = (name: string): number => statSync(join(dir, name)).size;
    for (let round = 0; round < 4; round += 1) await talk(round * TURNS);
    const log = size('parley.db-wal');
    expect(size('parley.db')).to.be.above(1_000_000);
    for (let round = 4; round < 12; round += 1) await talk(round * TURNS);
    expect(size('parley.db-wal')).to.be.below(2 * log);
    expect(await store.transcript(ANA, { after: 0, limit: 1e6 })).to.have.length(12 * TURNS);
  });
});
