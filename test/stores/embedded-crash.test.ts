import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Conversation } from '../../src/domain/conversation.ts';
import { openEmbedded } from '../../src/store/embedded.ts';
import type { Store } from '../../src/store/store.ts';
import { acceptOf, claim } from '../contract/store/kit.ts';

const CHILD = fileURLToPath(new URL('embedded-child.ts', import.meta.url));

describe('embedded store, real processes', function () {
  this.timeout(120_000);
  let dir: string;
  let child: ChildProcess | null = null;
  const start = (): { child: ChildProcess; lines: AsyncIterable<string> } => {
    const started = spawn(process.execPath, ['--import', 'tsx', CHILD, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
    child = started;
    return { child: started, lines: createInterface({ input: started.stdout }) };
  };

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'parley-store-'));
  });
  afterEach(async () => {
    if (child !== null && child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    child = null;
    rmSync(dir, { recursive: true });
  });

  it('refuses the directory to a second process, in one line with the pid of the first', async () => {
    const store = await openEmbedded({ dir });
    const seen = await collect(start().lines, 100);
    const line = `refused data_dir_in_use The data directory ${dir} is in use by process ${process.pid}`;
    expect(seen).to.deep.equal([line]);
    await store.close();
  });

  it('is refused while another process has it, and has it as soon as that is killed', async () => {
    const { child: holder, lines } = start();
    await collect(lines, 1);
    const refused: unknown = await openEmbedded({ dir }).catch((error: unknown) => error);
    expect(String(refused)).to.equal(`ParleyError: The data directory ${dir} is in use by process ${holder.pid}`);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    await (await openEmbedded({ dir })).close();
  });

  for (const round of [1, 2, 3]) {
    it(`loses nothing that was acknowledged when killed at full speed (${round})`, async () => {
      const { child: writer, lines } = start();
      const acknowledged: string[] = [];
      for await (const line of lines) {
        if (acknowledged.push(line) === round * 2_000) writer.kill('SIGKILL');
      }
      const store = await openEmbedded({ dir });
      await expectAll(store, acknowledged);
      const all = await store.list({ limit: 100 });
      for (const conversation of all) await expectWhole(store, conversation);
      const busy = all.filter(({ inbox, owed }) => inbox.length + owed.length > 0).map(({ id }) => id);
      expect((await claim(store)).map((held) => held.conversation.id)).to.have.members(busy);
      for (const { id } of all)
        expect((await store.accept(acceptOf('new', { conversation: id }))).kind).to.be.oneOf(['held', 'queued']);
      await store.close();
    });
  }
});

async function collect(lines: AsyncIterable<string>, most: number): Promise<string[]> {
  const seen: string[] = [];
  for await (const line of lines) if (seen.push(line) === most) break;
  return seen;
}

/** Every verb that was acknowledged has left its mark. */
async function expectAll(store: Store, acknowledged: readonly string[]): Promise<void> {
  const settled = new Map<string, number>();
  for (const line of acknowledged) {
    const [verb = '', id = '', number = ''] = line.split(' ');
    const n = Number(number);
    const stored = await store.load(id);
    if (stored === null) throw new Error(`${id} is gone`);
    if (verb === 'accepted')
      expect((await store.accept(acceptOf(`m${n}`, { conversation: id }))).kind).to.equal('duplicate');
    if (verb === 'committed') expect(stored.revision).to.be.at.least(n);
    if (verb === 'settled') settled.set(id, n);
  }
  for (const [id, n] of settled) {
    const owed = (await store.load(id))?.owed.map((effect) => effect.key) ?? [];
    expect(owed).not.to.include(`d${n}`);
  }
}

/** The parts of a record say the same: turn n has session n, 2n lines, and owes or has sent its delivery. */
async function expectWhole(store: Store, { id, session, inbox, owed, revision, lines }: Conversation): Promise<void> {
  expect(session?.visits ?? 0).to.equal(revision);
  expect(lines).to.equal(2 * revision);
  const transcript = await store.transcript(id, { after: 0, limit: 1e6 });
  expect(transcript.map((line) => line.seq)).to.deep.equal(Array.from({ length: lines }, (_, n) => n + 1));
  expect(transcript.at(-1)?.cause ?? 'm0').to.equal(`m${revision}`);
  expect(inbox.map((entry) => entry.id)).to.be.deep.oneOf([[], [`m${revision + 1}`]]);
  expect(owed.map((effect) => effect.key)).to.be.deep.oneOf([[], [`d${revision}`]]);
}
