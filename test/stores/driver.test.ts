import { expect } from 'chai';
import { openDriver, sqliteCode } from '../../src/store/driver.ts';
import type { SqliteDriver } from '../../src/store/driver.ts';

describe('sqlite driver: the rules around libsql 0.5.29', () => {
  let driver: SqliteDriver;
  beforeEach(() => {
    driver = openDriver(':memory:');
    driver.exec('CREATE TABLE t (n INTEGER PRIMARY KEY, v TEXT UNIQUE)');
  });
  afterEach(() => driver.close());
  const count = (): number | undefined => driver.prepare<{ c: number }>('SELECT count(*) AS c FROM t').all()[0]?.c;

  it('takes BEGIN, COMMIT, ROLLBACK and PRAGMA by exec only', () => {
    for (const sql of [
      'BEGIN',
      ' commit',
      'ROLLBACK',
      'PRAGMA user_version',
      'explain query plan SELECT 1',
      'SAVEPOINT a',
    ]) {
      expect(() => driver.prepare(sql), sql).to.throw('Only exec() may run');
    }
  });

  it('takes what yields rows by all only, so that COMMIT works', () => {
    const sql = 'INSERT INTO t (v) VALUES (?) RETURNING n';
    expect(() => driver.prepare(sql).run('a')).to.throw('Only all() may run');
    expect(() => driver.prepare('SELECT 1').run()).to.throw('Only all() may run');
    const insert = driver.prepare<{ n: number }>(sql);
    driver.exec('BEGIN IMMEDIATE');
    expect([insert.all('a'), insert.all('b')]).to.deep.equal([[{ n: 1 }], [{ n: 2 }]]);
    driver.exec('COMMIT');
    expect(count()).to.equal(2);
  });

  it('leaves nothing open behind the first row of a key', () => {
    driver.prepare('INSERT INTO t (v) VALUES (?)').run('a');
    const find = driver.prepare<{ n: number }>('SELECT n FROM t WHERE v = ?');
    driver.exec('BEGIN IMMEDIATE');
    expect(find.first('a')?.n).to.equal(1);
    expect(find.first('b')).to.equal(undefined);
    driver.exec('COMMIT');
    driver.exec('DROP TABLE t');
    expect(driver.inTransaction).to.equal(false);
  });

  it('answers plain rows: no `_metadata`', () => {
    expect(driver.prepare("SELECT 1 AS one, NULL AS none, 'x' AS text").all()).to.deep.equal([
      { one: 1, none: null, text: 'x' },
    ]);
  });

  it('can commit and roll back after a statement has failed', () => {
    const insert = driver.prepare('INSERT INTO t (v) VALUES (?)');
    for (const end of ['COMMIT', 'ROLLBACK']) {
      driver.exec('BEGIN IMMEDIATE');
      insert.run(end);
      expect(() => insert.run(end))
        .to.throw()
        .and.satisfy((error: unknown) => sqliteCode(error) === 'SQLITE_CONSTRAINT_UNIQUE');
      driver.exec(end);
      expect(driver.inTransaction).to.equal(false);
    }
    expect(count()).to.equal(1);
  });

  it('keeps milliseconds exact, and tells how many rows changed', () => {
    const now = 1_800_000_000_123;
    driver.exec('CREATE TABLE at (at INTEGER)');
    expect(driver.prepare('INSERT INTO at VALUES (?), (?)').run(now, null)).to.equal(2);
    expect(driver.prepare('SELECT at FROM at WHERE at <= ?').all(now)).to.deep.equal([{ at: now }]);
  });

  it('knows the codes of SQLite from other errors', () => {
    expect(sqliteCode(new Error('x'))).to.equal('');
    expect(() => openDriver('/nowhere/at/all.db')).to.throw('Cannot open the database /nowhere/at/all.db');
  });
});
