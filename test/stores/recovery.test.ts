import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { messageOf } from '../../src/domain/error.ts';
import { openDriver } from '../../src/store/driver.ts';
import type { SqliteDriver } from '../../src/store/driver.ts';
import { Flush } from '../../src/store/embedded/flush.ts';
import { GroupCommit } from '../../src/store/embedded/group-commit.ts';

describe('after a flush that failed', () => {
  let dir: string;
  let driver: SqliteDriver;
  let reader: SqliteDriver;
  let flush: Flush;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'parley-recovery-'));
    const file = join(dir, 'a.db');
    driver = openDriver(file);
    driver.exec(`PRAGMA busy_timeout = 20; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
                 CREATE TABLE t (v TEXT NOT NULL)`);
    reader = openDriver(file);
    flush = new Flush(file);
  });
  afterEach(() => {
    flush.close();
    reader.close();
    driver.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it('stores nothing while a reader keeps the log from being copied, and goes on afterwards', async () => {
    let broken = true;
    let recovered = 0;
    const group = new GroupCommit(driver, {
      flush: () => (broken ? Promise.reject(new Error('EIO')) : flush.run()),
      isCopied: () => flush.isEmpty(),
      seal: () => undefined,
      rolledBack: () => undefined,
      recovered: () => (recovered += 1),
    });
    const add = (value: string): Promise<string> =>
      group.run(() => driver.prepare('INSERT INTO t (v) VALUES (?)').run(value)).then(() => 'stored', messageOf);
    reader.exec('BEGIN');
    expect(reader.prepare('SELECT v FROM t').all()).to.deep.equal([]);
    expect(await add('a')).to.equal('The store cannot write: EIO');
    broken = false;
    expect(await add('b')).to.equal('The store cannot write: somebody reads it, a backup for example');
    expect(recovered).to.equal(0);
    reader.exec('COMMIT');
    expect(await add('c')).to.equal('stored');
    expect(recovered).to.equal(1);
    expect(driver.prepare<{ v: string }>('SELECT v FROM t').all()).to.have.length(2);
    await group.close();
  });
});
