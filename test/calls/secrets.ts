import type { SecretSource } from '../../src/calls/secrets.ts';

/** Secrets and credentials (`<integration>/<name>`) of a test. */
export interface SecretTable {
  readonly secrets?: Readonly<Record<string, string>>;
  readonly credentials?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Identifiers of the fields that are no passwords. */
  readonly plain?: readonly string[];
  /** Where every credential may go. */
  readonly origins?: readonly string[];
}

/** A source out of a table; the secret `away` cannot be read, and the first credential stands for all. */
export function sourceOf({ secrets = {}, credentials = {}, origins = [], plain = [] }: SecretTable): SecretSource {
  return {
    secret: async (name) => {
      if (name === 'away') throw new Error('the store is away');
      const value = await Promise.resolve(secrets[name]);
      if (value === undefined) return { kind: 'missing', reason: `there is no secret "${name}"` };
      return { kind: 'found', value };
    },
    credential: async (integration, name) => {
      const first = Object.keys(credentials).find((id) => id.startsWith(`${integration}/`)) ?? '';
      const id = await Promise.resolve(name === undefined ? first : `${integration}/${name}`);
      const values = credentials[id];
      if (values === undefined) {
        return { kind: 'missing', reason: `the integration ${integration} has no credential "${name ?? ''}"` };
      }
      const secret = Object.keys(values).filter((identifier) => !plain.includes(identifier));
      return { kind: 'found', name: id.slice(integration.length + 1), values, secret, origins };
    },
  };
}
