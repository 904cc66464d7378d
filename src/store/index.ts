import { openEmbedded } from './embedded.ts';
import type { Store } from './store.ts';

/** Where the store is to be. */
export interface StoreOptions {
  /** Set: MongoDB, shared by many processes. Not set: the embedded store in `dataDir`, for one process. */
  readonly mongodbUri?: string;
  readonly dataDir: string;
  readonly clock?: () => number;
  /** How hard the embedded store makes sure: FULL survives a power cut. */
  readonly synchronous?: 'FULL' | 'NORMAL';
}

/** Opens the store that the settings ask for. Throws `bad_config` or `data_dir_in_use`. */
export async function openStore({ mongodbUri, dataDir, clock, synchronous }: StoreOptions): Promise<Store> {
  if (mongodbUri !== undefined && mongodbUri !== '') {
    // Loaded only when it is wanted: mongoose adds more than a tenth of a second to a start.
    const { openMongo } = await import('./mongo.ts');
    return openMongo({ uri: mongodbUri, ...(clock === undefined ? {} : { clock }) });
  }
  return openEmbedded({
    dir: dataDir,
    ...(clock === undefined ? {} : { clock }),
    ...(synchronous === undefined ? {} : { synchronous }),
  });
}
