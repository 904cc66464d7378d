import type { SecretSource } from '../calls/secrets.ts';
import { OWN_ORIGIN } from '../flow/language/url.ts';
import { Credentials } from '../integrations/credentials.ts';
import { oneAtATime } from '../integrations/documents.ts';
import type { Documents, Serial } from '../integrations/documents.ts';
import { readKeyRing } from '../integrations/keyring.ts';
import type { KeyRing } from '../integrations/keyring.ts';
import { Secrets } from '../integrations/secrets.ts';
import { createVault } from '../integrations/vault.ts';
import type { Vault } from '../integrations/vault.ts';

/** Everything secret that the store holds, and the keys to it. One per process: its changes wait for each other. */
export interface SecretBox {
  readonly documents: Documents;
  readonly ring: KeyRing;
  readonly vault: Vault;
  readonly serial: Serial;
  readonly credentials: Credentials;
  readonly secrets: Secrets;
}

/** Opens the secrets of a store with the keys of SECRET_KEY. Throws `bad_config` when that is no key ring. */
export function openSecrets(documents: Documents, secretKey: string, now: () => number): SecretBox {
  const ring = readKeyRing(secretKey);
  const vault = createVault(ring);
  const serial = oneAtATime();
  const parts = { documents, vault, serial, now };
  return { documents, ring, vault, serial, credentials: new Credentials(parts), secrets: new Secrets(parts) };
}

/** Where outgoing calls take their secrets from. An integration may call this server itself, wherever it is now. */
export function secretSource({ credentials, secrets }: SecretBox, serverUrl?: () => string): SecretSource {
  const originAt = (origin: string): string =>
    origin === OWN_ORIGIN && serverUrl !== undefined ? new URL(serverUrl()).origin : origin;
  return {
    secret: async (name) => {
      const read = await secrets.read(name);
      return read.kind === 'value' ? { kind: 'found', value: read.value } : { kind: 'missing', reason: read.reason };
    },
    credential: async (integration, name) => {
      const read = await credentials.read(integration, name);
      if (read.kind === 'problem') return { kind: 'missing', reason: read.reason };
      const { name: taken, values, secret } = read;
      return { kind: 'found', name: taken, values, secret, origins: read.origins.map(originAt) };
    },
  };
}
