import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readFile, readdir, rename, rm, rmdir, stat, statfs, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { ParleyError, messageOf } from '../../src/domain/error.ts';
import { isObject, own } from '../../src/domain/json.ts';
import type { Media } from '../../src/domain/message.ts';
import { parseJson } from '../../src/domain/parse-json.ts';
import type { Kind } from './kinds.ts';

/** Files that one session may send. */
export const MAX_FILES = 20;

/** Bytes that have to stay free: a full disk would stop the store. */
const SPARE_BYTES = 256 * 1024 * 1024;

const ID = /^([0-9a-f]{32})([\w-]{32})$/;

/** What is known of a kept file. */
export interface Facts {
  readonly mime: string;
  readonly type: Media['type'];
  readonly filename: string;
}

/**
 * Files of visitors: `<folder>/<session>/<chance>`, and the facts of each beside it as JSON. The folder's name is a hash
 * of the session, so an id gives no session away; the other 192 bits are chance, so nobody can guess a file.
 */
export class Files {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** The id of a file of this session, or false. Whoever knows the id may read the file; only its session may send it. */
  isOf(session: string, id: string): boolean {
    return ID.exec(id)?.[1] === ownerOf(session);
  }

  /** Writes a file by means of `fill`, which answers what it is; then it is there as a whole, or not at all. */
  async keep(
    session: string,
    fill: (file: FileHandle) => Promise<Kind & { filename: string }>,
  ): Promise<[string, Facts]> {
    const owner = ownerOf(session);
    const dir = join(this.folder, owner);
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await this.#assertRoom();
    const name = randomBytes(24).toString('base64url');
    const part = join(dir, `${name}.part`);
    const file = await open(part, 'wx', 0o600);
    try {
      await assertFew(dir);
      const { type, mime, filename } = await fill(file);
      const facts = { type, mime, filename };
      await writeFile(join(dir, `${name}.json`), JSON.stringify(facts), { mode: 0o600, flush: true });
      await file.sync();
      await rename(part, join(dir, name));
      return [owner + name, facts];
    } catch (error) {
      for (const path of [part, join(dir, `${name}.json`)]) await rm(path, { force: true });
      throw error;
    } finally {
      await file.close();
    }
  }

  /** The facts of a file and where it is below the folder, or null when there is none with this id. */
  async find(id: string): Promise<(Facts & { path: string }) | null> {
    const [, owner, name] = ID.exec(id) ?? [];
    if (owner === undefined || name === undefined) return null;
    const text = await readFile(join(this.folder, owner, `${name}.json`), 'utf8').catch(absent);
    const facts = text === null ? null : factsIn(text);
    return facts === null ? null : { ...facts, path: join(owner, name) };
  }

  /** Removes what was sent before `before` (ms since 1970), and folders that are empty then; answers how many files. */
  async tidy(before: number): Promise<number> {
    let dropped = 0;
    for (const owner of await namesIn(this.folder)) {
      const dir = join(this.folder, owner);
      for (const name of await namesIn(dir)) {
        const path = join(dir, name);
        const facts = await stat(path).catch(absent);
        if (facts === null || facts.mtimeMs >= before) continue;
        await rm(path, { force: true });
        if (!name.endsWith('.json')) dropped += 1;
      }
      // It stays when there is something in it.
      await rmdir(dir).catch(messageOf);
    }
    return dropped;
  }

  async #assertRoom(): Promise<void> {
    const { bavail, bsize } = await statfs(this.folder);
    if (bavail * bsize < SPARE_BYTES) throw new ParleyError('busy', 'the server has no room for files');
  }
}

function ownerOf(session: string): string {
  return createHash('sha256').update(session).digest('hex').slice(0, 32);
}

/** Counts with what others are just sending, so that many at once are not too many. */
async function assertFew(dir: string): Promise<void> {
  const files = (await namesIn(dir)).filter((name) => !name.endsWith('.json'));
  if (files.length > MAX_FILES)
    throw new ParleyError('conflict', `this chat has sent ${MAX_FILES} files already`, 'No more files are taken.');
}

function factsIn(text: string): Facts | null {
  const value = parseJson(text);
  if (value === undefined || !isObject(value)) return null;
  const [type, mime, filename] = ['type', 'mime', 'filename'].map((name) => own(value, name));
  const known = (['image', 'audio', 'video', 'document'] as const).find((each) => each === type);
  return known !== undefined && typeof mime === 'string' && typeof filename === 'string'
    ? { type: known, mime, filename }
    : null;
}

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(absent)) ?? [];
}

/** What is not there is null; any other fault is one. */
function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
  throw error;
}
