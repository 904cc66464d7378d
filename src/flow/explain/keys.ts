import { example } from './example.ts';
import type { Examples } from './example.ts';

/** Keys, values and names that do not fit. */
export const KEYS: Examples = {
  'wrong-type': example(
    'Write the kind of value that the reference names for the key. Digits that are meant as text need quotes.',
    `
flow: order
blocks:
  - id: hello
    type: message
    text: 404
`,
  ),
  'missing-key': example(
    'Add the key. The reference says which keys each block needs.',
    `
flow: order
blocks:
  - id: ask
    type: webhook
    on_failure: end
`,
  ),
  'unknown-key': example(
    'Correct the spelling; the hint names the nearest key, or all that are known at this place.',
    `
flow: order
blocks:
  - id: hello
    type: message
    txt: Hello
    text: Hello
`,
  ),
  'bad-value': example(
    'Write one of the values that the message names.',
    `
flow: order
settings:
  expire_after: soon
blocks:
  - { id: hello, type: end }
`,
  ),
  'duplicate-id': example(
    'Give one of the two blocks another id.',
    `
flow: order
blocks:
  - { id: hello, type: message, text: Hello }
  - { id: hello, type: message, text: How are you? }
`,
  ),
  'reserved-name': example(
    'Choose another name. The reference lists the names that are taken.',
    `
flow: order
blocks:
  - id: message
    type: question
    text: What can I do for you?
`,
  ),
  'unknown-block-type': example(
    'Correct the type; the reference lists them all.',
    `
flow: order
blocks:
  - id: hello
    type: mesage
    text: Hello
`,
  ),
  'bad-cron': example(
    'Write five fields: minute, hour, day of the month, month, day of the week. "0 9 * * 1-5" is nine o\'clock on weekdays.',
    `
flow: reminder
triggers:
  - schedule: { cron: "0 25 * * *", timezone: America/Bogota }
blocks:
  - { id: hello, type: end, text: Good morning }
`,
  ),
  'bad-timezone': example(
    'Write the name as the list of time zones has it: a region and a city, or UTC.',
    `
flow: reminder
triggers:
  - schedule: { cron: "0 9 * * 1-5", timezone: Bogota }
blocks:
  - { id: hello, type: end, text: Good morning }
`,
  ),
  'moved-block-stays': example(
    'Take the line out, or remove the block that it names on the left.',
    `
flow: order
blocks:
  - { id: hello, type: question, text: What is your order number? }
  - { id: bye, type: end }
moved:
  hello: bye
`,
  ),
};
