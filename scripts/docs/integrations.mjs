// docs/reference/integrations.md: the keys of a custom integration.
import { definitionSchema } from '../../src/integrations/definition.ts';
import { keyRows, keyTable } from './keys.mjs';
import { fence } from './page.mjs';

const EXAMPLE = `
integration: user-login
name: User login
description: Knows the users of the shop
authentication:
  scheme: api_key
  fields:
    - { identifier: api_key, type: password, required: true }
test_request: { method: GET, endpoint: https://api.example/v1/me, headers: { Api-Key: "@auth.api_key" } }
actions:
  - action: create_user_validation
    name: Create user validation
    inputs:
      - { key: account_id, name: Username, type: string, required: true }
    request:
      method: POST
      endpoint: https://api.example/v1/accounts/@input.account_id/validations
      headers: { Api-Key: "@auth.api_key" }
      body: { type: email, user: "@input.account_id" }
      retry: { attempts: 3, backoff: 500ms }
    outputs:
      - { key: validation_id, name: Validation ID, type: string, required: true }
`;

export function integrationsPage() {
  return [
    '# A custom integration',
    'One API in one file of `flows/integrations/`. The block [`custom_integration`](ref:blocks/custom_integration.md) calls its actions.',
    fence('yaml', EXAMPLE),
    keyTable(keyRows(definitionSchema)),
    `In a request, \`@input.<key>\` is an input and \`@auth.<identifier>\` a value of the credential, which is kept encrypted in the
store and never in a file.`,
  ];
}
