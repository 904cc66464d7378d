import { example } from './example.ts';
import type { Examples } from './example.ts';

/** Files that cannot be read, or only in part. */
export const READING: Examples = {
  'unreadable-file': {
    mend: 'Put the file back, or give the user that runs Parley the right to read it.',
    files: {},
  },
  'yaml-syntax': example(
    'Put quotes around texts with ": " or " #" in them, indent with spaces, and close what you open.',
    `
flow: order
blocks:
  - id: hello
    type: message
    text: Note: we are closed
`,
  ),
  'yaml-too-large': {
    ...example(
      'Cut the flow into several, and go from one to the next with a jump or a subflow.',
      `
flow: order   # and 256 KiB more
blocks:
  - { id: hello, type: end }
`,
    ),
    grow: (text) => `${text}# ${'x'.repeat(256 * 1024)}\n`,
  },
  'yaml-too-deep': example(
    'Look for brackets that are never closed, or lines that are indented by mistake.',
    `
flow: order
blocks: ${'['.repeat(70)}
`,
  ),
  'yaml-aliases': {
    ...example(
      'Write the repeated part out, or put it into a flow of its own and call it with subflow.',
      `
flow: order
name: &name Orders
note: [*name, *name]   # and 99 more
blocks:
  - { id: hello, type: end }
`,
    ),
    grow: (text) => text.replace('[*name', `[${'*name, '.repeat(99)}*name`),
  },
  'yaml-duplicate-key': example(
    'Keep one of the two.',
    `
flow: order
blocks:
  - id: hello
    type: message
    text: Hello
    text: Good morning
`,
  ),
  'yaml-encoding': example(
    'Save the file as UTF-8; most editors can, under "Save as" or in the status bar.',
    `
flow: order
blocks:
  - { id: hello, type: end, text: "Adi\uFFFDs" }
`,
  ),
  'number-spelling': example(
    'Put quotes around numbers that are names: telephone numbers, postal codes, numbers of orders.',
    `
flow: order
variables:
  hotline: { type: string, default: +573001112233 }
blocks:
  - { id: hello, type: end, text: "Call @hotline" }
`,
  ),
};
