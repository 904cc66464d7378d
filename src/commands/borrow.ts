import { existsSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import { keptKeys } from '../config/keys.ts';
import { ParleyError } from '../domain/error.ts';
import { allOf } from '../integrations/documents.ts';
import { openStore } from '../store/index.ts';
import type { Store } from '../store/store.ts';

/** What a conversation in memory needs of the real store, so that its calls can be made. */
const KINDS = ['credential', 'secret'];

/** What came of borrowing: the key ring that opens the secrets, or why there are none. */
export type Borrowed = { readonly secretKey: string } | { readonly reason: string | null };

/**
 * Copies credentials and secrets, encrypted as they are, into a store in memory. A running server keeps its store to
 * itself; then there is a sentence that says so.
 */
export async function borrowSecrets(config: Config, into: Store): Promise<Borrowed> {
  const secretKey = config.secretKey ?? (await keptKeys(config.dataDir))?.secretKey;
  if (secretKey === undefined || (config.mongodbUri === undefined && !existsSync(config.dataDir)))
    return { reason: null };
  const { dataDir, mongodbUri } = config;
  try {
    const store = await openStore({ dataDir, ...(mongodbUri === undefined ? {} : { mongodbUri }) });
    for (const kind of KINDS) for (const document of await allOf(store, kind)) await into.put(document);
    await store.close();
    return { secretKey };
  } catch (error) {
    if (!(error instanceof ParleyError)) throw error;
    return { reason: `credentials and secrets are not at hand here: ${error.message}` };
  }
}
