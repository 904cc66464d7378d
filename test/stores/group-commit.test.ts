import { setImmediate as immediate } from 'node:timers/promises';
import { expect } from 'chai';
import { ParleyError } from '../../src/domain/error.ts';
import { openDriver } from '../../src/store/driver.ts';
import type { SqliteDriver, Statement } from '../../src/store/driver.ts';
import { GroupCommit } from '../../src/store/embedded/group-commit.ts';
import type { Disk } from '../../src/store/embedded/group-commit.ts';

describe('group commit', () => {
  let driver: SqliteDriver;
  let group: GroupCommit;
  let insert: Statement<never>;
  let log: string[];
  let failing: string | null;
  let rolledBack: number;
  let flush: Disk['flush'];
  let sealed: () => void;

  beforeEach(() => {
    const real = openDriver(':memory:');
    real.exec('CREATE TABLE t (v TEXT NOT NULL UNIQUE)');
    [log, failing, rolledBack] = [[], null, 0];
    driver = {
      get inTransaction() {
        return real.inTransaction;
      },
      exec: (sql) => {
        log.push(sql);
        if (sql === failing) throw new Error(`${sql} failed`);
        real.exec(sql);
      },
      prepare: (sql) => real.prepare(sql),
      close: () => real.close(),
    };
    insert = driver.prepare('INSERT INTO t (v) VALUES (?)');
    [flush, sealed] = [null, () => undefined];
    group = new GroupCommit(driver, {
      get flush() {
        return flush;
      },
      isCopied: () => true,
      seal: () => sealed(),
      rolledBack: () => {
        rolledBack += 1;
      },
      recovered: () => log.push('recovered'),
    });
  });
  afterEach(() => driver.close());

  const add = (value: string): Promise<string> =>
    group.run(() => {
      insert.run(value);
      return value;
    });
  const values = (): string[] => {
    const rows = driver.prepare<{ v: string }>('SELECT v FROM t ORDER BY rowid').all();
    return rows.map((row) => row.v);
  };
  const outcomes = async (verbs: readonly Promise<string>[]): Promise<string[]> => {
    const settled = await Promise.allSettled(verbs);
    return settled.map((one) => (one.status === 'fulfilled' ? one.value : 'rejected'));
  };

  it('runs the verbs of one turn of the event loop in one transaction, in order', async () => {
    const names = Array.from({ length: 50 }, (_, n) => `v${n}`);
    expect(await Promise.all(names.map(add))).to.deep.equal(names);
    expect(log).to.deep.equal(['BEGIN IMMEDIATE', 'COMMIT']);
    expect(values()).to.deep.equal(names);
    await add('later');
    expect(log).to.have.length(4);
  });

  it('acknowledges nothing before COMMIT', async () => {
    await Promise.all([add('a').then(() => log.push('acknowledged')), add('b')]);
    expect(log).to.deep.equal(['BEGIN IMMEDIATE', 'COMMIT', 'acknowledged']);
  });

  it('splits a great many verbs over several turns', async () => {
    await Promise.all(Array.from({ length: 2_500 }, (_, n) => add(`v${n}`)));
    expect(log.filter((sql) => sql === 'COMMIT')).to.have.length(3);
    expect(values()).to.have.length(2_500);
  });

  it('rejects the guilty verb alone, and runs the others in order', async () => {
    expect(await outcomes([add('a'), add('b'), add('a'), add('c')])).to.deep.equal(['a', 'b', 'rejected', 'c']);
    expect(values()).to.deep.equal(['a', 'b', 'c']);
    expect(rolledBack).to.equal(2);
  });

  it('hands the error of a verb on as it is', async () => {
    const bug = new TypeError('a bug');
    const thrown: unknown = await group.run(() => raise(bug)).catch((error: unknown) => error);
    expect(thrown).to.equal(bug);
  });

  for (const moment of ['BEGIN IMMEDIATE', 'COMMIT']) {
    it(`rejects all when ${moment} fails, and goes on when it works again`, async () => {
      failing = moment;
      expect(await outcomes([add('a'), add('b')])).to.deep.equal(['rejected', 'rejected']);
      expect(values()).to.deep.equal([]);
      expect(driver.inTransaction).to.equal(false);
      failing = null;
      expect(await outcomes([add('a'), add('c')])).to.deep.equal(['a', 'c']);
    });
  }

  it('undoes all at once what cannot be written down, and gathers for a moment before it tries again', async () => {
    let broken = true;
    sealed = () => {
      if (broken) throw new Error('no room');
    };
    const verbs = Array.from({ length: 100 }, (_, n) => add(`v${n}`));
    expect(new Set(await outcomes(verbs))).to.deep.equal(new Set(['rejected']));
    expect(rolledBack).to.equal(1);
    const later = add('later');
    for (let turns = 0; turns < 5; turns += 1) await immediate();
    expect(log).to.have.length(2);
    broken = false;
    expect(await later).to.equal('later');
    expect(values()).to.deep.equal(['later']);
  });

  it('says busy when the disk is full, keeps what fits, and goes on when there is space', async () => {
    driver.exec('PRAGMA max_page_count = 20');
    const verbs = ['small', 'x'.repeat(500_000), 'other'].map((value) => add(value));
    const settled = await Promise.allSettled(verbs);
    expect(settled.map((one) => one.status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled']);
    const reason: unknown = settled[1]?.status === 'rejected' ? settled[1].reason : null;
    if (!(reason instanceof ParleyError)) throw new Error(String(reason));
    expect(reason.code).to.equal('busy');
    expect(reason.message).to.equal('The store cannot write: database or disk is full');
    expect(values()).to.deep.equal(['small', 'other']);
    driver.exec('PRAGMA max_page_count = 100000');
    await add('x'.repeat(500_000));
  });

  describe('with a disk to wait for', () => {
    let finish: ((error?: Error) => void)[];
    beforeEach(() => {
      finish = [];
      flush = async () =>
        await new Promise((resolve, reject) => {
          log.push('flush');
          finish.push((error) => (error === undefined ? resolve() : reject(error)));
        });
    });
    const turn = async (): Promise<void> => {
      await immediate();
      await immediate();
    };

    it('acknowledges after the flush; what comes meanwhile is the next transaction', async () => {
      const first = add('a').then(() => log.push('a'));
      await turn();
      const others = [add('b').then(() => log.push('b')), add('c').then(() => log.push('c'))];
      await turn();
      expect(log).to.deep.equal(['BEGIN IMMEDIATE', 'COMMIT', 'flush']);
      finish.shift()?.();
      await first;
      await turn();
      finish.shift()?.();
      await Promise.all(others);
      const one = ['BEGIN IMMEDIATE', 'COMMIT', 'flush'];
      expect(log).to.deep.equal([...one, 'a', ...one, 'b', 'c']);
    });

    it('commits a crowd while the disk is busy, and acknowledges it after a flush of its own', async () => {
      const first = add('a').then(() => log.push('a'));
      await turn();
      const crowd = Promise.all(Array.from({ length: 20 }, (_, n) => add(`v${n}`))).then(() => log.push('crowd'));
      await turn();
      const one = ['BEGIN IMMEDIATE', 'COMMIT'];
      expect(log).to.deep.equal([...one, 'flush', ...one]);
      finish.shift()?.();
      await first;
      await turn();
      expect(log.slice(5)).to.have.members(['a', 'flush']);
      finish.shift()?.();
      await crowd;
      expect(log.at(-1)).to.equal('crowd');
    });

    it('says busy to the crowd, too, when the flush before it fails', async () => {
      const first = outcomes([add('a')]);
      await turn();
      const crowd = outcomes(Array.from({ length: 20 }, (_, n) => add(`v${n}`)));
      await turn();
      finish.shift()?.(new Error('EIO'));
      expect(new Set([...(await first), ...(await crowd)])).to.deep.equal(new Set(['rejected']));
    });

    it('says busy when a flush fails, and writes the log anew before anything else is stored', async () => {
      const doubtful = outcomes([add('a'), add('b')]);
      await turn();
      finish.shift()?.(new Error('EIO'));
      expect(await doubtful).to.deep.equal(['rejected', 'rejected']);
      failing = 'PRAGMA wal_checkpoint(TRUNCATE)';
      expect(await outcomes([add('c')])).to.deep.equal(['rejected']);
      failing = null;
      const later = add('c');
      while (finish.length === 0) await immediate();
      finish.shift()?.();
      await later;
      expect(log.slice(3)).to.deep.equal([
        'PRAGMA wal_checkpoint(TRUNCATE)',
        'PRAGMA wal_checkpoint(TRUNCATE)',
        'BEGIN IMMEDIATE',
        'recovered',
        'COMMIT',
        'flush',
      ]);
      expect(values()).to.deep.equal(['a', 'b', 'c']);
    });

    it('closes when all that was queued is on the disk', async () => {
      const first = add('a');
      await turn();
      const second = add('b');
      let open = true;
      const closed = group.close().then(() => (open = false));
      finish.shift()?.();
      await first;
      await turn();
      expect(open).to.equal(true);
      finish.shift()?.();
      await Promise.all([second, closed]);
    });
  });

  it('runs what is queued when it closes, and takes no more', async () => {
    const queued = Array.from({ length: 1_500 }, (_, n) => add(`v${n}`));
    const closed = group.close();
    expect(values()).to.have.length(1_500);
    await closed;
    await Promise.all(queued);
    expect(await outcomes([add('late')])).to.deep.equal(['rejected']);
  });
});

function raise(error: Error): never {
  throw error;
}
