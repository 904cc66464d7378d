// docs/reference/tests.md: the keys of a flow test.
import { testSchema } from '../../src/testing/testfile.ts';
import { keyRows, keyTable } from './keys.mjs';
import { fence } from './page.mjs';

const FLOW = `
flow: greeting
triggers: [{ keywords: [hi] }]
blocks:
  - { id: name, type: question, text: "What is your name?", timeout: { after: 1h, next: late } }
  - { id: look, type: external_web_call, method: GET, url: "https://shop.example/people/@name", on_failure: late }
  - { id: hello, type: end, text: "Hello @name, you have @(look.responsebody.points) points." }
  - { id: late, type: end, text: "Until later!" }
`;

const TESTS = `
tests:
  - test: greets by name
    flow: greeting
    mocks:
      - on: { method: GET, url: "https://shop.example/people/*" }
        reply: { json: { points: 7 } }
    dialogue:
      - user: hi
      - bot: "What is your name?"
      - user: Ana
      - bot: /Hello Ana.* 7 points/
      - expect: { variables: { name: Ana }, calls: 1, ended: true }
  - test: gives up after an hour
    flow: greeting
    dialogue:
      - user: hi
      - bot: "What is your name?"
      - advance: 61m
      - bot: "Until later!"
`;

export function testsPage() {
  return [
    '# A flow test',
    'One test, or several under `tests`, in a file of `flows/tests/`. `parley test` runs them. For this flow:',
    fence('yaml', FLOW),
    'these are two tests:',
    fence('yaml', TESTS),
    keyTable(keyRows(testSchema)),
    `Texts between slashes are regular expressions. A call that no mock answers fails the test. The clock stands still until
\`advance\`.`,
  ];
}
