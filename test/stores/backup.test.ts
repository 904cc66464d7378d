import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { openDriver } from '../../src/store/driver.ts';
import { openEmbedded } from '../../src/store/embedded.ts';
import { backUp } from '../../src/store/backup.ts';
import { EagerVisitor } from '../support/eager.ts';
import { startServer } from '../support/server.ts';
import { expectAtRest } from '../faults/invariants.ts';
import { ANA, acceptOf, finish, take } from '../contract/store/kit.ts';

const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

describe('embedded store: backup and what was written before', function () {
  this.timeout(120_000);
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'parley-backup-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('a copy made while the server is written to is whole, and a server goes on from it', async () => {
    const server = await startServer(join(dir, 'data'), { CHAT_RATE: '0' });
    const visitors = Array.from({ length: 20 }, () => new EagerVisitor(server.url));
    await Promise.all(visitors.map((visitor) => visitor.start('order-status')));
    const talking = Promise.all(visitors.map((visitor) => visitor.say('CU001', 'a')));
    const env = { ...process.env, DATA_DIR: join(dir, 'data'), MONGODB_URI: '' };
    const copy = join(dir, "it's a copy.db");
    const { stdout } = await run(process.execPath, [join(root, 'scripts/parley.mjs'), 'backup', copy], {
      env,
      cwd: root,
    });
    await talking;
    server.kill('SIGKILL');
    await server.ended();
    expect(stdout).to.contain('MB').and.to.contain('.keys.json');
    expect(statSync(copy).mode % 0o1000).to.equal(0o600);
    mkdirSync(join(dir, 'restored'));
    copyFileSync(copy, join(dir, 'restored', 'parley.db'));
    copyFileSync(`${copy}.keys.json`, join(dir, 'restored', 'keys.json'));
    const restored = await startServer(join(dir, 'restored'), { CHAT_RATE: '0' });
    for (const visitor of visitors) {
      const again = new EagerVisitor(restored.url);
      again.session = visitor.session;
      expect((await again.say('CU001', 'a')).at(-1)).to.equal('Would you like to track another order?');
    }
    restored.kill('SIGTERM');
    await restored.ended();
    const store = await openEmbedded({ dir: join(dir, 'restored') });
    expect(await expectAtRest(store)).to.equal(20);
    await store.close();
  });

  it('says what is wrong in one line', () => {
    expect(() => backUp(dir, join(dir, 'copy.db'))).to.throw(/no embedded store/);
    writeFileSync(join(dir, 'parley.db'), '');
    writeFileSync(join(dir, 'copy.db'), '');
    expect(() => backUp(dir, join(dir, 'copy.db'))).to.throw(/there already/);
    expect(() => backUp(dir, join(dir, 'nowhere', 'copy.db'))).to.throw(/cannot be written/);
  });

  it('a store of the first release opens, with all that was in it, and goes on', async () => {
    const driver = openDriver(join(dir, 'parley.db'));
    driver.exec(readFileSync(join(import.meta.dirname, 'fixtures', 'schema-1.sql'), 'utf8'));
    driver.close();
    const store = await openEmbedded({ dir });
    const before = await store.load(ANA);
    expect(before).to.deep.include({ revision: 1, lines: 3 });
    expect(before?.session).to.deep.include({ flow: 'order-status', block: 'order_number' });
    expect(before?.inbox.map((entry) => entry.id)).to.deep.equal(['m2']);
    expect((await store.transcript(ANA, { after: 0, limit: 9 })).map(({ kind }) => kind)).to.deep.equal([
      'started',
      'out',
      'out',
    ]);
    expect((await store.get('flow', 'abc'))?.body).to.deep.equal({ file: 'a.yaml', text: 'flow: a' });
    expect((await store.accept(acceptOf('m1'))).kind).to.equal('duplicate');
    const [held] = await store.claim({ owner: 'one', leaseMs: 10_000, limit: 9 });
    if (held === undefined) throw new Error('nobody comes for what was left');
    await take(store, held);
    await store.settle({ id: ANA, token: held.token, done: ['1-2'] });
    await finish(store, 'm3');
    expect((await store.load(ANA))?.revision).to.equal(3);
    await store.close();
  });

  it('purges a conversation of any length, a part in each transaction, and keeps what is young', async () => {
    await (await openEmbedded({ dir })).close();
    const driver = openDriver(join(dir, 'parley.db'));
    const numbers = 'WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 9003)';
    driver.exec(`BEGIN;
      INSERT INTO conversation (n, id, lease_ms, revision, lines, contact, session, inbox, owed)
        VALUES (1, '${ANA}', 0, 9003, 9003, '{}', 'null', '[]', '[]');
      ${numbers} INSERT INTO transcript
        SELECT 1, i, CASE WHEN i <= 9000 THEN i ELSE 1e12 END, '[{"seq":' || i || '}]' FROM c;
      ${numbers} INSERT INTO seen SELECT 1, 'm' || i, i FROM c;
      COMMIT`);
    driver.close();
    const store = await openEmbedded({ dir });
    expect(await store.purge({ lines: 20_000, seen: 20_000 })).to.equal(9000 + 9003 - 200);
    expect(await store.purge({ lines: 20_000, seen: 20_000 })).to.equal(0);
    const left = await store.transcript(ANA, { after: 0, limit: 9 });
    expect(left.map(({ seq }) => seq)).to.deep.equal([9001, 9002, 9003]);
    await store.close();
  });
});
