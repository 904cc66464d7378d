import type { TurnReport } from '../../src/conversation/runner.ts';

/** The flow that is the same on every channel: buttons, a list, a text. */
export const BICYCLES = `
flow: bicycles
language: en
triggers: [{ link: true }, { catch_all: true }]
blocks:
  - { id: welcome, type: message, text: "Welcome to the bicycle shop." }
  - id: wish
    type: question
    text: "What can we do?"
    buttons: [{ id: rent, label: Rent }, { id: repair, label: Repair }, { id: buy, label: Buy }]
  - id: city
    type: question
    text: "Which shop is near you?"
    choices:
      - { label: Bogotá, description: Calle 85 }
      - { label: Medellín, description: El Poblado }
      - { label: Cali, description: San Antonio }
      - { label: Cartagena, description: Getsemaní }
  - { id: name, type: question, text: "Your name?" }
  - { id: done, type: end, text: "Thank you, @name: @wish in @city." }
`;

/** What the contact answers: the label of a button, of a row, and a text. */
export const ANSWERS = ['Repair', 'Cali', 'Ana'] as const;

const WISHES = ['rent', 'repair', 'buy'].map((id) => ({ id, label: `${id.charAt(0).toUpperCase()}${id.slice(1)}` }));
const SHOPS = [
  ['Bogotá', 'Calle 85'],
  ['Medellín', 'El Poblado'],
  ['Cali', 'San Antonio'],
  ['Cartagena', 'Getsemaní'],
].map(([label, description]) => ({ id: label, label, description }));

/** What the bot has said in the end, on whatever channel, as it is kept. */
export const SAID: readonly object[] = [
  { text: 'Welcome to the bicycle shop.' },
  { text: 'What can we do?', buttons: WISHES },
  { text: 'Which shop is near you?', buttons: SHOPS },
  { text: 'Your name?' },
  { text: 'Thank you, Ana: Repair in Cali.' },
];

/** The same numbered, for channels that have neither buttons nor lists. */
export const NUMBERED = [
  'What can we do?\n1. Rent\n2. Repair\n3. Buy',
  'Which shop is near you?\n1. Bogotá – Calle 85\n2. Medellín – El Poblado\n3. Cali – San Antonio\n4. Cartagena – Getsemaní',
] as const;

/** What the bot has said in these turns, as the transcript has it. */
export function saidIn(turns: readonly TurnReport[]): object[] {
  return turns.flatMap(({ lines }) => lines.flatMap((line) => (line.kind === 'out' ? [line.message] : [])));
}

/** A text that no channel but the roomiest shows in one piece. */
export const TALE = Array.from({ length: 180 }, (_, i) => `Sentence ${i + 1} of a long tale about a red bicycle.`).join(
  ' ',
);

/** Says the tale, whoever asks for it. */
export const STORY = `
flow: story
language: en
triggers: [{ link: true }, { keywords: [story] }]
blocks:
  - { id: tale, type: end, text: "${TALE}" }
`;
