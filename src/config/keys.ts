import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
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

async function readStored(path: string): Promise<{ secretKey: string; adminToken: string } | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  const { secretKey, adminToken } = JSON.parse(text) as { secretKey: unknown; adminToken: unknown };
  if (typeof secretKey === 'string' && typeof adminToken === 'string') return { secretKey, adminToken };
  throw new Error(
    `${path} does not hold the keys of this server: restore it from a backup, or remove it to make new ones`,
  );
}
