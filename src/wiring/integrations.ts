import type { CredentialRow, IntegrationFacts, Operations } from '../api/v1/operations.ts';
import { ParleyError } from '../domain/error.ts';
import type { CredentialFacts } from '../integrations/credentials.ts';
import { tryAction, tryCredential } from './trials.ts';
import type { DefinedIntegration, TrialParts } from './trials.ts';
import { flowsUsing } from './uses.ts';
import type { WrittenFlow } from './uses.ts';

/** What the operations on integrations are made of. */
export interface IntegrationParts extends TrialParts {
  definitions(): Promise<readonly DefinedIntegration[]>;
  flows(): Promise<readonly WrittenFlow[]>;
}

type Offered = Pick<
  Operations,
  | 'integrations'
  | 'integration'
  | 'credentials'
  | 'addCredential'
  | 'changeCredential'
  | 'renameCredential'
  | 'testCredential'
  | 'removeCredential'
  | 'testAction'
>;

/** Integrations and their credentials: reading, changing, trying. */
export function integrationOperations(parts: IntegrationParts): Offered {
  const { credentials } = parts.box;
  return {
    integrations: async () => {
      const all = await credentials.list();
      return (await parts.definitions()).map((each) => factsOf(each, all));
    },
    integration: async (id) => factsOf(await defined(parts, id), await credentials.list(id)),
    credentials: async (integration) => (await credentials.list(integration)).map(credentialRow),
    addCredential: async (id, name, values) => {
      const integration = await defined(parts, id);
      const { fields } = integration.authentication;
      await credentials.add({ id, fields, origins: integration.origins }, name, values);
      return { credential: { name }, test: await tryCredential(integration, name, parts) };
    },
    changeCredential: async (id, name, values) => {
      const integration = await defined(parts, id);
      const { fields } = integration.authentication;
      await credentials.change({ id, fields, origins: integration.origins }, name, values);
      return { credential: { name }, test: await tryCredential(integration, name, parts) };
    },
    renameCredential: async (id, name, to) => {
      const used_by = await flowsWith(id, name, parts);
      await credentials.rename(id, name, to);
      return { credential: { name: to }, used_by };
    },
    testCredential: async (id, name) => {
      const integration = await defined(parts, id);
      await credentials.facts(id, name);
      return tryCredential(integration, name, parts);
    },
    removeCredential: async (id, name, force) => {
      await credentials.facts(id, name);
      const flows = force ? [] : await flowsWith(id, name, parts);
      if (flows.length > 0) throw inUse(`the credential "${name}" of ${id}`, flows);
      await credentials.remove(id, name);
    },
    testAction: async (id, action, given) => tryAction(await defined(parts, id), action, given, parts),
  };
}

/** Why something that live flows use is not removed. */
export function inUse(what: string, flows: readonly string[]): ParleyError {
  const message = `${what} is used by ${flows.length === 1 ? 'the flow' : 'the flows'} ${flows.join(', ')}`;
  return new ParleyError(
    'conflict',
    message,
    'Change the flows first, or force it (--force, ?force=true): their calls will fail.',
  );
}

async function flowsWith(integration: string, name: string, parts: IntegrationParts): Promise<string[]> {
  const all = await parts.box.credentials.list(integration);
  return flowsUsing(await parts.flows(), integration, name, all.length === 1);
}

async function defined(parts: IntegrationParts, id: string): Promise<DefinedIntegration> {
  const all = await parts.definitions();
  const found = all.find((each) => each.id === id);
  if (found !== undefined) return found;
  const hint =
    all.length === 0 ? 'There is none that checks.' : `Integrations: ${all.map((each) => each.id).join(', ')}`;
  throw new ParleyError(
    'not_found',
    `there is no integration "${id}"`,
    `${hint} Run \`parley check\` to see mistakes.`,
  );
}

function factsOf(integration: DefinedIntegration, credentials: readonly CredentialFacts[]): IntegrationFacts {
  const { id, name, description = null, logo = null, file, authentication, origins, actions } = integration;
  return {
    id,
    group: 'custom',
    name,
    description,
    logo,
    file,
    authentication: {
      name: authentication.name ?? null,
      fields: authentication.fields.map((field) => ({ ...field, name: field.name ?? null })),
    },
    origins: [...origins],
    actions: [...actions.values()].map((action) => ({
      id: action.id,
      name: action.name,
      description: action.description ?? null,
      inputs: action.inputs,
      outputs: action.declared,
    })),
    credentials: credentials.filter((each) => each.integration === id).map((each) => ({ name: each.name })),
  };
}

function credentialRow({ integration, name, origins, createdAt, keyKnown }: CredentialFacts): CredentialRow {
  return { integration, name, origins, created_at: new Date(createdAt).toISOString(), readable: keyKnown };
}
