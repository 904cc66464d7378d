import { example } from './example.ts';
import type { Examples } from './example.ts';

/** Templates, expressions, rules and the variables they read. */
export const LANGUAGE: Examples = {
  'unknown-operator': example(
    'Correct the name; the reference lists all operators.',
    `
flow: order
blocks:
  - id: more
    type: question
    text: Another order?
    rules:
      - { has_any_wrod: [yes, si], next: more }
    otherwise: { next: end }
`,
  ),
  'bad-operator': example(
    'Write exactly one operator per rule, with the argument that the reference shows. Several go under all: or any:.',
    `
flow: order
blocks:
  - id: age
    type: question
    text: How old are you?
    rules:
      - { number_gt: many, next: end }
    otherwise: { next: end }
`,
  ),
  'bad-expression': example(
    'Correct the expression at the place that is named.',
    `
flow: order
blocks:
  - id: total
    type: formula
    expression: "2 * * 3"
  - { id: say, type: end, text: "@total" }
`,
  ),
  'bad-template': example(
    'Close the parenthesis; for a plain @ write @@.',
    `
flow: order
variables: { price: { type: number, default: 3 } }
blocks:
  - { id: say, type: end, text: "Twice is @(price * 2" }
`,
  ),
  'bad-pattern': example(
    'Write the pattern without look-around and back-references, or use an operator for words.',
    `
flow: order
blocks:
  - id: number
    type: question
    text: Which order?
    rules:
      - { matches: "(?<=#)\\\\d+", next: end }
    otherwise: { next: end }
`,
  ),
  'bad-path': example(
    'Name the way into the response as in a.b[0].c, or write "@(expression)" over response.',
    `
flow: order
blocks:
  - id: lookup
    type: external_web_call
    method: GET
    url: https://shop.example/orders/1
    response_variables: { state: "order..state" }
    on_failure: end
  - { id: say, type: end, text: "@lookup.state" }
`,
  ),
  'unknown-name': example(
    'Correct the name, or set the variable before: by a block, or under variables:.',
    `
flow: order
variables: { total: { type: number, default: 3 } }
blocks:
  - { id: say, type: end, text: "Twice is @(totl * 2)" }
`,
  ),
  'misspelt-reference': example(
    'Correct the name.',
    `
flow: order
blocks:
  - { id: name, type: question, text: What is your name? }
  - { id: hello, type: end, text: "Hello @nmae" }
`,
  ),
  'unknown-reference': example(
    'Declare the variable under variables: if it is set from outside. If the @ is meant as it stands, write @@.',
    `
flow: order
blocks:
  - { id: follow, type: end, text: "Follow us: @acmeshop" }
`,
  ),
  'maybe-unset': example(
    'Set the variable on the other paths too, or give it a default under variables:.',
    `
flow: order
blocks:
  - id: known
    type: condition
    cases:
      - { value: "@contact.plan", equals: gold, next: hello }
    else: name
  - { id: name, type: question, text: What is your name? }
  - { id: hello, type: end, text: "Hello @name" }
`,
  ),
  'never-set': example(
    'Put the block that sets it before this one, or declare it under variables: if it is set from outside.',
    `
flow: order
blocks:
  - { id: hello, type: message, text: "Hello @name" }
  - { id: name, type: question, text: What is your name? }
`,
  ),
  'unused-variable': example(
    'Remove it, or use it.',
    `
flow: order
variables: { total: { type: number, default: 0 } }
blocks:
  - { id: hello, type: end, text: Hello }
`,
  ),
  'never-read': example(
    'Read the variable, or leave the block out. A flow that others call, or that sends all its variables, may ignore this.',
    `
flow: order
blocks:
  - { id: vip, type: set_variable, variable: vip, value: true }
  - { id: hello, type: end, text: Hello }
`,
  ),
  'shadowed-rule': example(
    'Remove the rule, or put the narrower of the two first.',
    `
flow: order
blocks:
  - id: more
    type: question
    text: Another order?
    rules:
      - { has_any_word: [yes, si, ok], next: more }
      - { has_any_word: [ok], next: end }
    otherwise: { next: end }
`,
  ),
};
