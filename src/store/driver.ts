import Database from 'libsql';
import BackgroundDatabase from 'libsql/promise';
import { ParleyError, messageOf } from '../domain/error.ts';

/** What may be bound. No booleans: libsql 0.5.29 ends the whole process on one. */
export type Value = string | number | null;

/** A prepared statement. It binds by position. */
export interface Statement<Row> {
  /** For statements that answer no rows; tells how many rows changed. */
  run(...values: Value[]): number;
  all(...values: Value[]): Row[];
  /** The row of a unique key, in a third of the time; libsql adds `_metadata` to it. Only for SELECT. */
  first(...values: Value[]): Row | undefined;
}

/**
 * The little of SQLite that the store uses, so that node:sqlite can take libsql's place. Its rules are libsql's bugs:
 * a prepared BEGIN or PRAGMA, and a `run` that yields rows, leave the statement open and spoil every later COMMIT.
 * Text comes out cut at its first NUL, so whatever may hold one is stored as JSON or escaped.
 */
export interface SqliteDriver {
  /** True between BEGIN and its end; SQLite ends a transaction by itself when the disk is full. */
  readonly inTransaction: boolean;
  /** The only way for BEGIN, COMMIT, ROLLBACK and PRAGMA. Answers no rows. */
  exec(sql: string): void;
  prepare<Row = never>(sql: string): Statement<Row>;
  close(): void;
}

/** A second connection to a database, whose statements run in another thread. */
export interface Background {
  exec(sql: string): Promise<void>;
  close(): void;
}

const ONLY_BY_EXEC = /^\s*(begin|commit|end|rollback|savepoint|release|pragma|explain|vacuum)\b/i;

/** Opens a database file, or a new one in memory for `:memory:`. Throws `bad_config` when it cannot. */
export function openDriver(file: string): SqliteDriver {
  const database = openDatabase(file);
  return {
    get inTransaction() {
      return database.inTransaction;
    },
    exec: (sql) => {
      database.exec(sql);
    },
    prepare: (sql) => prepare(database, sql),
    close: () => {
      database.close();
    },
  };
}

/** Opens the second connection to a file that {@link openDriver} has opened. */
export function openBackground(file: string): Background {
  const database = new BackgroundDatabase(file, {});
  return {
    exec: async (sql) => {
      await database.exec(sql);
    },
    close: () => database.close(),
  };
}

/** The SQLite code of an error, such as `SQLITE_FULL`; empty when it is none of SQLite's. */
export function sqliteCode(error: unknown): string {
  return error instanceof Database.SqliteError ? error.code : '';
}

function openDatabase(file: string): Database.Database {
  try {
    return new Database(file);
  } catch (error) {
    throw new ParleyError('bad_config', `Cannot open the database ${file}: ${messageOf(error)}`);
  }
}

function prepare<Row>(database: Database.Database, sql: string): Statement<Row> {
  if (ONLY_BY_EXEC.test(sql)) throw new Error(`Only exec() may run: ${sql}`);
  const statement = database.prepare(sql);
  const yieldsRows = statement.reader;
  return {
    run: (...values) => {
      if (yieldsRows) throw new Error(`Only all() may run: ${sql}`);
      return statement.run(values).changes;
    },
    all: (...values) => statement.all(values) as Row[],
    first: (...values) => statement.get(values) as Row | undefined,
  };
}
