import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The secrets a server needs, given by the environment or made on the first start. */
export interface Keys {
  /** 32 bytes in base64, or a ring of them. */
  readonly secretKey: string;
  readonly adminToken: string;
  /** True when the admin token was made just now, so that it can be shown once. */
  readonly fresh: boolean;
}

/** Takes given secrets, or those kept in the data folder (mode 600), or makes them. */
export async function loadKeys(
  dataDir: string,
  given: { secretKey?: string | undefined; adminToken?: string | undefined },
): Promise<Keys> {
  if (given.secretKey !== undefined && given.adminToken !== undefined)
    return { secretKey: given.secretKey, adminToken: given.adminToken, fresh: false };
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const kept = join(dataDir, 'keys.json');
  const stored = await readStored(kept);
  const made = stored ?? {
    secretKey: randomBytes(32).toString('base64'),
    adminToken: `parley_${randomBytes(32).toString('base64url')}`,
  };
  if (stored === null) {
    await writeFile(kept, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    await chmod(kept, 0o600);
  }
  return {
    secretKey: given.secretKey ?? made.secretKey,
    adminToken: given.adminToken ?? made.adminToken,
    fresh: stored === null && given.adminToken === undefined,
  };
}

/** The secrets kept in a data folder, or null when no server was started there yet. Makes nothing. */
export async function keptKeys(dataDir: string): Promise<{ secretKey: string; adminToken: string } | null> {
  return readStored(join(dataDir, 'keys.json'));
}

/**
 * Puts a new key in front of the kept ring and answers the ring. It is on the disk before it is used; the older keys
 * stay, because backups of the store need them. Null when the folder keeps no keys.
 */
export async function addSecretKey(dataDir: string): Promise<string | null> {
  const kept = join(dataDir, 'keys.json');
  const stored = await readStored(kept);
  if (stored === null) return null;
  const secretKey = `${randomBytes(32).toString('base64')},${stored.secretKey}`;
  const fresh = `${kept}.${process.pid}.new`;
  const file = await open(fresh, 'w', 0o600);
  try {
    await file.writeFile(`${JSON.stringify({ ...stored, secretKey }, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(fresh, kept);
  return secretKey;
}

async function readStored(path: string): Promise<{ secretKey: string; adminToken: string } | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  const { secretKey, adminToken } = JSON.parse(text) as { secretKey: unknown; adminToken: unknown };
  if (typeof secretKey === 'string' && typeof adminToken === 'string') return { secretKey, adminToken };
  throw new Error(
    `${path} does not hold the keys of this server: restore it from a backup, or remove it to make new ones`,
  );
}

/** The key of a ring that tokens and codes are derived from: the oldest, which a rotation leaves where it is. */
export function stableKey(ring: string): string {
  return ring.split(',').at(-1)?.trim() ?? ring;
}
