import { example } from './example.ts';
import type { Examples } from './example.ts';

const OTHER = 'flows/other.yaml';

/** Flows that are held against each other. */
export const FLOWS: Examples = {
  'duplicate-flow': example(
    'Give one of the two flows another id.',
    `
flow: order
blocks: [{ id: hello, type: end }]
`,
    { [OTHER]: 'flow: order\nblocks: [{ id: bye, type: end }]\n' },
  ),
  'unknown-flow': example(
    'Correct the id of the flow, or add the file.',
    `
flow: order
blocks:
  - { id: go, type: jump, flow: survy }
`,
    { [OTHER]: 'flow: survey\nblocks: [{ id: stars, type: question, text: How was it? }]\n' },
  ),
  'same-keyword': example(
    'Give the flows different keywords, or different channels.',
    `
flow: order
triggers: [{ keywords: [order] }]
blocks: [{ id: hello, type: end }]
`,
    { [OTHER]: 'flow: orders\ntriggers: [{ keywords: [Order] }]\nblocks: [{ id: hello, type: end }]\n' },
  ),
  'keyword-prefix': example(
    'Nothing, if that is what you want: the longer keyword wins. Otherwise choose another word.',
    `
flow: order
triggers: [{ keywords: [order] }]
blocks: [{ id: hello, type: end }]
`,
    { [OTHER]: 'flow: cancel\ntriggers: [{ keywords: [order cancel] }]\nblocks: [{ id: hello, type: end }]\n' },
  ),
  'same-trigger': example(
    'Keep the trigger in one of the flows, or give them different channels.',
    `
flow: order
triggers: [{ catch_all: true }]
blocks: [{ id: hello, type: end }]
`,
    { [OTHER]: 'flow: help\ntriggers: [{ catch_all: true }]\nblocks: [{ id: hello, type: end }]\n' },
  ),
  'event-loop': example(
    'Put a question or a wait between the two events, or raise another event.',
    `
flow: order
triggers: [{ event: order.made }]
blocks:
  - { id: raise, type: emit, event: order.made }
`,
  ),
};
