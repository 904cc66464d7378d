import type { JsonObject } from '../domain/json.ts';
import { withFacts } from '../flow/editor/texts.ts';
import type { Facts } from '../flow/editor/texts.ts';
import { DRAFT, jsonSchemaOf } from '../flow/editor/zod.ts';
import { testSchema } from './testfile.ts';

const says = (description: string): JsonObject => ({ description });

/** What the keys of a test are for, and what refinements know about them. */
const TEST: Facts = {
  test: says('What the test shows, in a few words.'),
  note: says('A remark for whoever reads the test.'),
  flow: says('The id of the flow that is tested.'),
  channel: says('The channel the contact is on; web without this key.'),
  language: says('The language of the contact, such as es or pt-BR.'),
  now: says('Where the clock stands at the beginning; 2026-01-05T09:00:00Z without this key.'),
  seed: says('Where chance begins; the same seed gives the same test.'),
  mocks: says('What calls are answered with. A call that no mock answers fails the test.'),
  'mocks[]': { oneOf: [{ required: ['reply'] }, { required: ['replies'] }] },
  'mocks[].on': says(
    'The id of a block, flow.block, integration.action, or { method, url } with * for any characters.',
  ),
  'mocks[].reply': says('The answer to every call.'),
  'mocks[].replies': says('One answer for each call; the last is repeated.'),
  dialogue: says('What is said, step by step. Each step has exactly one key.'),
  'dialogue[]': { minProperties: 1, maxProperties: 1 },
  'dialogue[].user': says('The contact says this, presses a button (choice) or sends something.'),
  'dialogue[].bot': says(
    'The bot says exactly this; /…/ is a regular expression; a list is several messages in order.',
  ),
  'dialogue[].advance': says('Time passes, such as 6m or 25h; what falls due on the way happens.'),
  'dialogue[].event': says(
    'Something comes from outside: { resume: …, data } by the token the flow has read, { name, data } an event, { agent: … } words of a person of the team, { handback: true } their return of the conversation.',
  ),
  'dialogue[].start': says('The flow starts as by its link; { block, variables } starts elsewhere, or with values.'),
  'dialogue[].set': says('Variables of the running flow get these values, and nothing moves.'),
  'dialogue[].goto': says('The flow goes on at this block, with the variables it has.'),
  'dialogue[].expect': says('How things stand now.'),
  'dialogue[].expect.calls': says('How many calls were made so far, one-time codes among them.'),
  'dialogue[].expect.waiting_for': says('What the conversation waits for.'),
  'dialogue[].expect.extra': says('Values in the JSON of the last webhook, by their path.'),
  'dialogue[].expect.events': says('The events that the flow has raised so far, in order.'),
  'dialogue[].expect.started': says('The flows that were started for contacts so far, in order.'),
};

/** The JSON Schema of a flow test file, which holds one test, or several under `tests`. */
export function testJsonSchema(): JsonObject {
  const tests = {
    type: 'array',
    minItems: 1,
    items: { $ref: '#/definitions/test' },
    description: 'Several tests in one file.',
  };
  const test = withFacts(jsonSchemaOf(testSchema), TEST);
  return {
    $schema: DRAFT,
    title: 'Parley flow test',
    type: 'object',
    properties: { tests },
    if: { required: ['tests'] },
    then: { properties: { tests }, additionalProperties: false },
    else: { $ref: '#/definitions/test' },
    definitions: { test: { title: 'test', ...test } },
  };
}
