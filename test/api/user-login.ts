import type { JsonObject } from '../../src/domain/json.ts';
import type { DefinedIntegration } from '../../src/wiring/trials.ts';

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
            if (!/^\d+$/.test(String(inputs['account_id']))) return { problem: 'account_id has to be an integer' };
            return { ...common, method: 'POST', url: `${origin}/validations/${String(inputs['account_id'])}` };
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
