import { example } from './example.ts';
import type { Examples } from './example.ts';

/** What the channels of a flow cannot show as it is written. */
export const CHANNELS: Examples = {
  'unknown-channel': example(
    'Correct the name. whatsapp stands for every WhatsApp channel.',
    `
flow: order
channels: [web, whatsap]
blocks:
  - { id: hello, type: end, text: Hello }
`,
  ),
  'text-too-long': {
    ...example(
      'Make the text shorter, or say it in several blocks.',
      `
flow: order
channels: [whatsapp]
blocks:
  - { id: terms, type: message, text: "All our terms: …" }   # and 4,096 characters more
`,
    ),
    grow: (text) => text.replace('…', 'word '.repeat(820)),
  },
  'caption-too-long': {
    ...example(
      'Make the caption shorter, or put it into the text of the message.',
      `
flow: order
channels: [whatsapp]
blocks:
  - id: plan
    type: message
    media: { image: "https://shop.example/plan.png", caption: "Our house: …" }   # and 1,024 characters more
`,
    ),
    grow: (text) => text.replace('…', 'word '.repeat(205)),
  },
  'label-too-long': example(
    'Make the label shorter, and say the rest in the text.',
    `
flow: order
channels: [whatsapp]
blocks:
  - id: more
    type: question
    text: Anything else?
    buttons: ["Yes, I have another question", "No"]
`,
  ),
  'same-label': example(
    'Change one of the labels.',
    `
flow: order
blocks:
  - id: day
    type: question
    text: When?
    choices: [{ id: mon, label: Morning }, { id: tue, label: Morning }]
`,
  ),
  'too-many-buttons': example(
    'Offer fewer, or mean a list: choices on a question, list on a message.',
    `
flow: order
channels: [whatsapp]
blocks:
  - id: size
    type: question
    text: Which size?
    buttons: [S, M, L, XL]
`,
  ),
  'too-many-options': example(
    'Ask in two steps: first the group, then what is in it.',
    `
flow: order
channels: [whatsapp]
blocks:
  - id: month
    type: question
    text: Which month?
    choices: [January, February, March, April, May, June, July, August, September, October, November]
`,
  ),
  'template-without-text': example(
    'Add a text that says the same.',
    `
flow: reminder
channels: [whatsapp, web]
blocks:
  - id: remind
    type: message
    template: { name: appointment, language: en_US, params: ["@contact.name"] }
`,
  ),
  'window-closed': example(
    'Give the block after the wait a template, or ask with window_open before it.',
    `
flow: reminder
channels: [whatsapp]
language: en
blocks:
  - id: pause
    type: delay
    for: 2d
  - id: remind
    type: message
    text: "How was the bicycle?"
`,
  ),
  'template-language': example(
    'Name the translation of the template in the language of the flow.',
    `
flow: reminder
language: es
blocks:
  - id: remind
    type: message
    text: "Hasta mañana"
    template: { name: appointment, language: en_US }
`,
  ),
  'redirect-without-web': example(
    'Add web to the channels, or send the address as a text.',
    `
flow: order
channels: [whatsapp]
settings: { redirect_url: https://shop.example/done }
blocks:
  - { id: hello, type: end, text: Hello }
`,
  ),
};
