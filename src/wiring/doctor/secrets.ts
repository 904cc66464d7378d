import type { CredentialRow, IntegrationFacts, KeyRow, SecretRow } from '../../api/v1/operations.ts';
import { many, note, ok, problem } from '../../domain/finding.ts';
import type { Finding } from '../../domain/finding.ts';
import { integrationsUsed, secretsUsed } from './uses.ts';
import type { IntegrationUse } from './uses.ts';
import type { WrittenFlow } from '../uses.ts';

/** Whether the key ring opens everything that is sealed. */
export function checkKeys(keys: readonly KeyRow[]): Finding[] {
  const count = (rows: readonly KeyRow[]): number => rows.reduce((sum, { records }) => sum + records, 0);
  const lost = keys.filter((key) => !key.in_ring && key.records > 0);
  const old = keys.filter((key) => key.in_ring && !key.current);
  const lines = lost.map(({ id, records }) =>
    problem(
      `${many(records, 'credential or secret')} cannot be opened: the key ${id} is not in SECRET_KEY`,
      'Put the key back into SECRET_KEY, behind the current one, or enter the values again.',
    ),
  );
  if (count(old) > 0) lines.push(note(`${many(count(old), 'record')} under an older key`, 'Run `parley keys rotate`.'));
  if (lines.length > 0) return lines;
  return [ok(`the key opens everything that is encrypted (${many(count(keys), 'record')})`)];
}

/** What integrations and flows need, and what there is. */
export interface Stock {
  readonly integrations: readonly IntegrationFacts[];
  readonly credentials: readonly CredentialRow[];
  readonly secrets: readonly SecretRow[];
  readonly flows: readonly WrittenFlow[];
}

/** Whether every integration has a credential, every block names one that there is, and every secret is there. */
export function checkStock({ integrations, credentials, secrets, flows }: Stock): Finding[] {
  const uses = integrationsUsed(flows);
  const lines = [
    ...integrations.flatMap((each) => withoutCredential(each, uses)),
    ...distinct(uses).flatMap((use) => badUse(use, integrations)),
    ...missingSecrets(flows, secrets),
  ];
  if (lines.length > 0) return lines;
  const counts = [many(integrations.length, 'integration'), many(credentials.length, 'credential')];
  return [ok(`${counts.join(', ')}, ${many(secrets.length, 'secret')}: flows find all that they name`)];
}

function withoutCredential(
  { id, authentication, credentials }: IntegrationFacts,
  uses: readonly IntegrationUse[],
): Finding[] {
  if (credentials.length > 0 || !authentication.fields.some(({ required }) => required)) return [];
  const fix = `Add one: parley credentials add ${id} <name>.`;
  const using = [...new Set(uses.filter(({ integration }) => integration === id).map(({ flow }) => flow))];
  if (using.length === 0) return [note(`the integration ${id} has no credential; no flow uses it`, fix)];
  return [problem(`the integration ${id} has no credential, and ${using.join(', ')} cannot call it`, fix)];
}

/** A block that names a credential that is not there, or names none of several. */
function badUse({ flow, integration, credential }: IntegrationUse, all: readonly IntegrationFacts[]): Finding[] {
  const names = all.find(({ id }) => id === integration)?.credentials.map(({ name }) => name) ?? [];
  if (names.length === 0 || (credential === undefined && names.length === 1)) return [];
  const fix = `There are: ${names.join(', ')}.`;
  if (credential === undefined)
    return [problem(`the flow ${flow} calls ${integration} without naming one of its credentials`, fix)];
  if (names.includes(credential) || credential.includes('@')) return [];
  return [problem(`the flow ${flow} names the credential "${credential}" of ${integration}, which is not there`, fix)];
}

function missingSecrets(flows: readonly WrittenFlow[], secrets: readonly SecretRow[]): Finding[] {
  const there = new Set(secrets.map(({ name }) => name));
  return [...secretsUsed(flows)]
    .filter(([name]) => !there.has(name))
    .map(([name, using]) =>
      problem(`${using.join(', ')} uses @secret.${name}, which is not set`, `Run: parley secrets set ${name}.`),
    );
}

function distinct(uses: readonly IntegrationUse[]): IntegrationUse[] {
  const keyed = uses.map((use) => [`${use.flow}\n${use.integration}\n${use.credential ?? ''}`, use] as const);
  return [...new Map(keyed).values()];
}
