import { ParleyError } from '../../domain/error.ts';
import type { SqliteDriver } from '../driver.ts';

/**
 * One step per schema version, never changed once released. `due_at` of a held conversation is the end of its lease;
 * of a free one, when it next has something to do. `n` stands for the conversation in the other tables. `folded` is the number of
 * the last row of the journal that a row of a conversation, with its lines and ids, knows.
 */
const STEPS = [
  `CREATE TABLE conversation (
     n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, token TEXT, lease_ms INTEGER NOT NULL, due_at INTEGER,
     wake_at INTEGER, revision INTEGER NOT NULL, lines INTEGER NOT NULL,
     contact TEXT NOT NULL, session TEXT NOT NULL, inbox TEXT NOT NULL, owed TEXT NOT NULL);
   CREATE INDEX conversation_due ON conversation (due_at, token) WHERE due_at IS NOT NULL;
   CREATE TABLE seen (
     n INTEGER NOT NULL, entry TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (n, entry)) WITHOUT ROWID;
   CREATE TABLE transcript (
     n INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, lines TEXT NOT NULL,
     PRIMARY KEY (n, seq)) WITHOUT ROWID;
   CREATE TABLE document (
     kind TEXT NOT NULL, id TEXT NOT NULL, place TEXT NOT NULL, expires_at INTEGER, body TEXT NOT NULL,
     UNIQUE (kind, id));
   CREATE INDEX document_place ON document (kind, place, id);
   CREATE INDEX document_expiry ON document (expires_at) WHERE expires_at IS NOT NULL;`,
  `CREATE TABLE journal (seq INTEGER PRIMARY KEY, patches TEXT NOT NULL);
   ALTER TABLE conversation ADD COLUMN folded INTEGER NOT NULL DEFAULT 0;`,
];

/** Brings a database to this version's schema; refuses one that a newer version has written. */
export function migrate(driver: SqliteDriver, file: string): void {
  const version = versionOf(driver);
  if (version > STEPS.length) {
    const message = `${file} was written by a newer version of Parley (schema ${version}; this one knows ${STEPS.length})`;
    throw new ParleyError('bad_config', message, 'Start the newer version again, or give this one its own DATA_DIR.');
  }
  for (const [index, step] of STEPS.entries()) {
    if (index >= version) driver.exec(`BEGIN IMMEDIATE; ${step} PRAGMA user_version = ${index + 1}; COMMIT`);
  }
  // One write at each start: with it the new log of writes gets its place in the folder, also after a power cut.
  driver.exec(`PRAGMA user_version = ${STEPS.length}`);
}

function versionOf(driver: SqliteDriver): number {
  const rows = driver.prepare<{ user_version: number }>('SELECT user_version FROM pragma_user_version').all();
  return rows[0]?.user_version ?? 0;
}
