import { toText } from '../../src/domain/json.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { DefinedIntegration } from '../../src/wiring/trials.ts';
import { newKey } from '../integrations/kit.ts';
import { dataFolder, fakeApi } from './kit.ts';
import type { Answer, FakeApi } from './kit.ts';
import { serveApi } from './served.ts';
import type { Served } from './served.ts';

/** An integration as its file would give it: one header with the key, one action with an input and two outputs. */
export function userLogin(origin: string): DefinedIntegration {
  const headers = { 'Api-Key': [{ secret: 'auth.api_key' }] };
  const common = { type: 'custom_integration', headers, timeout: 5000 } as const;
  return {
    id: 'user-login',
    name: 'Integration Test - User Login',
    file: 'flows/integrations/user-login.yaml',
    version: '1',
    authentication: {
      fields: [
        { identifier: 'api_key', name: 'Validation API key', type: 'password', required: true },
        { identifier: 'account', type: 'text', required: false },
      ],
    },
    origins: [origin],
    testRequest: () => ({ ...common, method: 'GET', url: `${origin}/me` }),
    actions: new Map([
      [
        'validate',
        {
          id: 'validate',
          name: 'Validate',
          inputs: [{ key: 'account_id', name: 'Username', type: 'integer', required: true }],
          declared: [{ key: 'validation_id', name: 'Validation ID', type: 'string', required: true }],
          request: (inputs: JsonObject) => {
            if (!/^\d+$/.test(toText(inputs['account_id']))) return { problem: 'account_id has to be an integer' };
            return { ...common, method: 'POST', url: `${origin}/validations/${toText(inputs['account_id'])}` };
          },
          outputs: ({ json }) => {
            const id = typeof json === 'object' && json !== null && 'validation_id' in json ? json.validation_id : null;
            return typeof id === 'string' ? { validation_id: id } : { problem: 'the answer has no validation_id' };
          },
        },
      ],
    ]),
  };
}

/** A flow that uses the credential `main` and the secret `crm_key`. */
export const FLOW = {
  flow: 'login',
  blocks: [
    { id: 'a', type: 'custom_integration', integration: 'user-login', credential: 'main', action: 'validate' },
    { id: 'b', type: 'webhook', url: 'https://crm.example', headers: { Authorization: 'Bearer @secret.crm_key' } },
  ],
};

/** API v1 with this integration, and an API behind it that says back what it was sent, in every place it can. */
export class LoginServer {
  flows: { id: string; data: JsonObject }[] = [];
  readonly folder: Awaited<ReturnType<typeof dataFolder>>;
  readonly fake: FakeApi;
  readonly served: Served;

  constructor(folder: LoginServer['folder'], fake: FakeApi, serve: (flows: () => LoginServer['flows']) => Served) {
    this.folder = folder;
    this.fake = fake;
    this.served = serve(() => this.flows);
  }

  add(name: string, key: string): Promise<Answer> {
    return this.served.api.ask('POST', '/integrations/user-login/credentials', { name, values: { api_key: key } });
  }

  /** Forgets what a test has left behind. */
  async clear(): Promise<void> {
    const { credentials } = this.served.box;
    this.flows = [];
    this.fake.asked.length = 0;
    for (const { name } of await credentials.list()) await credentials.remove('user-login', name);
  }

  async close(): Promise<void> {
    await this.served.close();
    await this.fake.close();
    await this.folder.remove();
  }
}

/** Starts it. */
export async function serveLogin(): Promise<LoginServer> {
  const folder = await dataFolder();
  const fake = await fakeApi((request, response) => {
    const key = String(request.headers['api-key'] ?? '');
    response.setHeader('X-Echo', encodeURIComponent(key));
    const number = /\d+$/.exec(request.url ?? '')?.[0];
    response.statusCode = number === '404' || key === 'wrong' ? 404 : 200;
    response.setHeader('Content-Type', 'application/json');
    const base64 = Buffer.from(key).toString('base64');
    response.end(JSON.stringify({ key, base64, validation_id: number === '8' ? 7 : 'V1' }));
  });
  let flows: () => LoginServer['flows'] = () => [];
  const served = await serveApi({
    dataDir: folder.path,
    secretKey: newKey(),
    definitions: async () => [userLogin(fake.origin)],
    flows: async () => flows(),
  });
  return new LoginServer(folder, fake, (current) => {
    flows = current;
    return served;
  });
}
