import { DEMO_KEY } from '../api/demo-login.ts';
import { ParleyError } from '../domain/error.ts';
import type { LiveIntegration } from '../flow/integration.ts';
import { OWN_ORIGIN } from '../flow/language/url.ts';
import type { Credentials } from '../integrations/credentials.ts';
import type { Log } from '../log/logger.ts';

/** The name of the credential, as the sample flows write it. */
export const DEMO_CREDENTIAL = 'demo';

/** The one field that the integrations of the samples have. */
const FIELD = 'api_key';

/** What adding needs. */
export interface DemoParts {
  readonly credentials: Pick<Credentials, 'list' | 'add'>;
  /** The integrations that are live. */
  readonly integrations: readonly LiveIntegration[];
}

/**
 * Gives integrations that call the demo API, and nothing else, the key to it, so that the samples work from the first start.
 * One that has a credential keeps what it has. Answers the ids of those that got one.
 */
export async function addDemoCredentials({ credentials, integrations }: DemoParts): Promise<string[]> {
  const added: string[] = [];
  for (const integration of integrations.filter(callsTheDemo)) {
    const { id, authentication, origins } = integration;
    if ((await credentials.list(id)).length > 0) continue;
    if (await add(credentials, { id, fields: authentication.fields, origins })) added.push(id);
  }
  return added;
}

/** The samples work from the first start. */
export async function openDemo(parts: DemoParts, log: Log): Promise<void> {
  const added = await addDemoCredentials(parts);
  if (added.length > 0) log.info('credentials for the demo API', { integrations: added.join(',') });
}

/** An integration that was pointed at a real API must not be given a key that opens nothing there. */
function callsTheDemo({ definition, origins, authentication }: LiveIntegration): boolean {
  const endpoints = [definition.test_request, ...definition.actions.map(({ request }) => request)].map(({ endpoint }) =>
    endpoint.trim().toLowerCase(),
  );
  const { fields } = authentication;
  return (
    origins.length === 1 &&
    origins[0] === OWN_ORIGIN &&
    endpoints.every((endpoint) => endpoint.startsWith(`${OWN_ORIGIN}/demo/`)) &&
    fields.some(({ identifier }) => identifier === FIELD) &&
    fields.every(({ identifier, required }) => !required || identifier === FIELD)
  );
}

/** False when another process was faster: what is there now is the same. */
async function add(credentials: DemoParts['credentials'], holder: Parameters<Credentials['add']>[0]): Promise<boolean> {
  try {
    await credentials.add(holder, DEMO_CREDENTIAL, { [FIELD]: DEMO_KEY });
    return true;
  } catch (error) {
    if (error instanceof ParleyError && error.code === 'conflict') return false;
    throw error;
  }
}
