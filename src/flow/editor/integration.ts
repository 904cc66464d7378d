import type { JsonObject } from '../../domain/json.ts';
import { isObject } from '../../domain/json.ts';
import { definitionSchema } from '../../integrations/definition.ts';
import { withFacts } from './texts.ts';
import type { Facts } from './texts.ts';
import { DRAFT, jsonSchemaOf } from './zod.ts';

const says = (description: string): JsonObject => ({ description });

/** What the keys of a request are for, below the key that holds it. */
function requestFacts(at: string): Facts {
  return {
    [`${at}.method`]: says('The HTTP method.'),
    [`${at}.endpoint`]: says('The address, with the host written out, or @server.url. Values go into path and query.'),
    [`${at}.query`]: says('Parameters of the query; a value may be @input.<key> or @auth.<identifier>.'),
    [`${at}.headers`]: says('Headers; a secret is written as @auth.<identifier>.'),
    [`${at}.body`]: says('Keys and values of the body, sent as content_type says.'),
    [`${at}.content_type`]: says('How the body is sent: as JSON, or as a form.'),
    [`${at}.timeout`]: says('Whole seconds for everything, 1 to 200.'),
    [`${at}.retry`]: says('When a request that failed is made again; without this key, never.'),
  };
}

/** What the keys of an integration are for, and what refinements know about them. */
const INTEGRATION: Facts = {
  integration: says('The id of the integration: unique, and the same for ever.'),
  name: says('What people call the integration.'),
  note: says('A remark for whoever reads the file.'),
  description: says('What it is for, in a sentence.'),
  logo: says('Address of a picture that stands for it.'),
  authentication: says('How the API knows its callers. Values are kept in credentials, never in this file.'),
  'authentication.scheme': says('The way to authenticate; api_key is the only one.'),
  'authentication.name': says('What people call the authentication.'),
  'authentication.fields': says('The values that each credential has; requests write them as @auth.<identifier>.'),
  'authentication.fields[].type': says('A password is asked for without showing it.'),
  'authentication.fields[].required': says('A credential cannot be kept without this value.'),
  test_request: says('The request that proves a credential; one that only reads is best.'),
  ...requestFacts('test_request'),
  actions: says('What flows can ask of the API.'),
  'actions[].action': says('The id of the action, as blocks and tests write it.'),
  'actions[].name': says('What people call the action.'),
  'actions[].inputs': says('The values a flow gives; the request writes them as @input.<key>.'),
  'actions[].inputs[].required': says('Without a value the call fails, and nothing is sent.'),
  'actions[].request': says('The request that is made.'),
  ...requestFacts('actions[].request'),
  'actions[].outputs': says('The values that flows get of the answer, as @block.<as>.'),
  'actions[].outputs[].key': says('The property or path in the answer, such as data.items[0].id.'),
  'actions[].outputs[].as': says('The name for flows; without this key the last name of the path.'),
  'actions[].outputs[].required': says('Without it in the answer the block fails.'),
};

/** The JSON Schema of a file of `flows/integrations`. */
export function integrationJsonSchema(): JsonObject {
  const { properties, ...made } = withFacts(jsonSchemaOf(definitionSchema), INTEGRATION);
  return { $schema: DRAFT, title: 'Parley integration', ...made, properties: isObject(properties) ? properties : {} };
}
