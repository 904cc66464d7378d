import { example } from './example.ts';
import type { Example, Examples } from './example.ts';

/** A small integration; `changes` are put in place of what it has. */
function shop(changes: Readonly<Record<string, string>> = {}): string {
  const lines = {
    test: '{ method: GET, endpoint: https://shop.example/me, headers: { Api-Key: "@auth.api_key" } }',
    endpoint: '"https://shop.example/orders/@input.number"',
    ...changes,
  };
  return `integration: shop
name: Shop
authentication:
  scheme: api_key
  fields: [{ identifier: api_key, type: password, required: true }]
test_request: ${lines.test}
actions:
  - action: find_order
    name: Find an order
    inputs: [{ key: number, name: Order number, type: integer, required: true }]
    request: { method: GET, endpoint: ${lines.endpoint} }
`;
}

const SHOP = 'flows/integrations/shop.yaml';

/** A flow that calls the shop, with one part of the call changed. */
function calling(mend: string, call: string): Example {
  const flow = `
flow: order
blocks:
  - id: lookup
    type: custom_integration
    ${call}
    on_failure: end
`;
  return example(mend, flow, { [SHOP]: shop() });
}

/** Requests, secrets and custom integrations. */
export const CALLS: Examples = {
  'misplaced-secret': example(
    'Take it out. A contact must never read a secret; a call can send it.',
    `
flow: order
blocks:
  - { id: hello, type: end, text: "Our key is @secret.shop_key" }
`,
  ),
  'inline-secret': example(
    'Run parley secrets set shop_password, and write @secret.shop_password in its place.',
    `
flow: order
blocks:
  - id: lookup
    type: external_web_call
    method: GET
    url: https://shop.example/orders
    basic_auth: { username: bot, password: correct horse battery }
    on_failure: end
`,
  ),
  'likely-secret': example(
    'Run parley secrets set shop_key, and write @secret.shop_key in its place.',
    `
flow: order
blocks:
  - id: lookup
    type: external_web_call
    method: GET
    url: https://shop.example/orders
    headers: { Authorization: Bearer 3f9a2c77d0e14b58 }
    on_failure: end
`,
  ),
  'unread-secret': example(
    'Put a blank or a sign before it. If the text is meant as it stands, write @@.',
    `
flow: order
blocks:
  - id: lookup
    type: external_web_call
    method: GET
    url: https://shop.example/orders
    headers: { X-Trace: "v1@secret.shop_key" }
    on_failure: end
`,
  ),
  'body-not-sent': example(
    'Put the values into the query, or choose POST, PUT or PATCH.',
    `
flow: order
blocks:
  - id: lookup
    type: external_web_call
    method: GET
    url: https://shop.example/orders
    body: { number: 7 }
    on_failure: end
`,
  ),
  'unknown-auth': {
    mend: 'Correct the name, or declare the field under authentication.',
    files: {
      [SHOP]: shop({
        test: '{ method: GET, endpoint: https://shop.example/me, headers: { Api-Key: "@auth.api_kye" } }',
      }),
    },
  },
  'unknown-input': {
    mend: 'Correct the name, or declare the input in the action.',
    files: { [SHOP]: shop({ endpoint: '"https://shop.example/orders/@input.nubmer"' }) },
  },
  'changing-test': {
    mend: 'Use a request that only reads. If the API has none, this is as good as it gets.',
    files: { [SHOP]: shop({ test: '{ method: POST, endpoint: https://shop.example/login }' }) },
  },
  'duplicate-integration': {
    mend: 'Give one of the two another id.',
    files: { 'flows/integrations/store.yaml': shop(), [SHOP]: shop() },
  },
  'unknown-integration': calling(
    'Correct the id, or add the file to flows/integrations.',
    'integration: shpo\n    action: find_order\n    inputs: { number: 7 }',
  ),
  'unknown-action': calling(
    'Correct the id; parley integrations show lists the actions.',
    'integration: shop\n    action: find_ordre\n    inputs: { number: 7 }',
  ),
  'missing-input': calling('Give the input.', 'integration: shop\n    action: find_order'),
  'bad-input': calling(
    'Write a value of the type that the input is declared with.',
    'integration: shop\n    action: find_order\n    inputs: { number: seven }',
  ),
};
