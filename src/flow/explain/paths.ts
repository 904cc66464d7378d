import { example } from './example.ts';
import type { Examples } from './example.ts';

/** The ways through a flow. */
export const PATHS: Examples = {
  'unknown-target': example(
    'Name a block of this flow, or end, or wait.',
    `
flow: order
blocks:
  - { id: hello, type: message, text: Hello, next: by }
  - { id: bye, type: end }
settings: { on_error: bye }
`,
  ),
  'unreachable-block': example(
    'Name the block as the next of another one, or remove it.',
    `
flow: order
blocks:
  - { id: hello, type: end, text: Hello }
  - { id: menu, type: message, text: What can I do for you? }
`,
  ),
  'missing-exit': example(
    'Wire the exit that is named, or set settings.on_error for all failures of the flow.',
    `
flow: order
blocks:
  - id: tell
    type: webhook
    url: https://shop.example/hook
`,
  ),
  'loop-without-wait': example(
    'Put a question or a wait into the loop, or a way out of it.',
    `
flow: order
blocks:
  - { id: hello, type: message, text: Hello }
  - { id: again, type: message, text: Hello again, next: hello }
`,
  ),
  'busy-loop': example(
    'Put a wait or a delay into the loop, or make sure that the way out is taken within 100 blocks.',
    `
flow: order
variables: { tries: { type: number, default: 0 } }
blocks:
  - { id: count, type: set_variable, variable: tries, value: "@(tries + 1)" }
  - id: enough
    type: condition
    cases:
      - { if: "tries >= 3", next: end }
    else: count
`,
  ),
  'dead-end': example(
    'Tell somebody before the wait, with a webhook or wait_for_event; or hand out @resume.url; or go on to a block.',
    `
flow: order
blocks:
  - { id: hello, type: message, text: We will be with you soon, next: wait }
`,
  ),
  'late-consent': example(
    'Make the data_authorization the first block of the flow.',
    `
flow: order
channels: [web]
blocks:
  - { id: name, type: question, text: What is your name? }
  - { id: consent, type: data_authorization, text: "May we keep your data, @name?" }
`,
  ),
  'not-a-validation': example(
    'Name blocks of the types phone_validator and custom_integration only.',
    `
flow: order
blocks:
  - { id: name, type: question, text: What is your name? }
  - id: result
    type: validations_result
    of: [name]
`,
  ),
};
