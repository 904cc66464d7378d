import { isObject } from '../../domain/json.ts';
import type { Json } from '../../domain/json.ts';
import type { WrittenFlow } from '../uses.ts';

/** A block that calls an integration, with the credential it names, if it names one. */
export interface IntegrationUse {
  readonly flow: string;
  readonly integration: string;
  readonly credential: string | undefined;
}

/** The calls of custom integrations that flows make. */
export function integrationsUsed(flows: readonly WrittenFlow[]): IntegrationUse[] {
  return flows.flatMap(({ id, data }) =>
    partsOf(data).flatMap((part) => {
      if (!isObject(part) || part['type'] !== 'custom_integration') return [];
      const { integration, credential } = part;
      if (typeof integration !== 'string') return [];
      return [{ flow: id, integration, credential: typeof credential === 'string' ? credential : undefined }];
    }),
  );
}

/** Names of the secrets that the texts of flows take, each with the flows that do. */
export function secretsUsed(flows: readonly WrittenFlow[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { id, data } of flows) {
    for (const name of new Set(partsOf(data).flatMap(namesIn))) found.set(name, [...(found.get(name) ?? []), id]);
  }
  return found;
}

function namesIn(part: Json): string[] {
  if (typeof part !== 'string' || !part.includes('@')) return [];
  return [...part.matchAll(/(?<![\w.])secret\.([a-z][a-z0-9_]*)/g)].flatMap(([, name]) => name ?? []);
}

/** A value and everything in it. YAML files are at most 64 deep, so the stack is safe. */
function partsOf(value: Json): Json[] {
  if (typeof value !== 'object' || value === null) return [value];
  return [
    value,
    ...Object.values(value).flatMap((part: Json | undefined) => (part === undefined ? [] : partsOf(part))),
  ];
}
