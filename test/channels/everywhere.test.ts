import { expect } from 'chai';
import { ANSWERS, NUMBERED, SAID, saidIn } from './everywhere-flow.ts';
import { OWN_PLACES } from './places.ts';
import type { Visit } from './places.ts';
import { VENDOR_PLACES } from './places-vendors.ts';

const WISHES = ['Rent', 'Repair', 'Buy'];
const SHOPS = [
  ['Bogotá', 'Calle 85'],
  ['Medellín', 'El Poblado'],
  ['Cali', 'San Antonio'],
  ['Cartagena', 'Getsemaní'],
] as const;

const plain = (text: string): object => ({ type: 'plain_text', text, emoji: true });
const section = (text: string): object => ({ type: 'section', text: { type: 'mrkdwn', text }, expand: true });

/** The buttons and the list as Slack's Block Kit has them. */
const IN_SLACK = [
  {
    channel: 'D1',
    text: NUMBERED[0],
    blocks: [
      section('What can we do?'),
      {
        type: 'actions',
        elements: WISHES.map((label, i) => ({
          type: 'button',
          action_id: `parley:pick:${i}`,
          text: plain(label),
          value: label.toLowerCase(),
        })),
      },
    ],
  },
  {
    channel: 'D1',
    text: NUMBERED[1],
    blocks: [
      section('Which shop is near you?'),
      {
        type: 'actions',
        elements: [
          {
            type: 'static_select',
            action_id: 'parley:pick',
            // In the language of the person's own settings.
            placeholder: plain('Opciones'),
            options: SHOPS.map(([label, below]) => ({ text: plain(label), value: label, description: plain(below) })),
          },
        ],
      },
    ],
  },
];

/** The same as interactive messages of the Graph API. */
const ON_THE_CLOUD = [
  {
    type: 'interactive',
    interactive: {
      type: 'button',
      body: { text: 'What can we do?' },
      action: { buttons: WISHES.map((title) => ({ type: 'reply', reply: { id: title.toLowerCase(), title } })) },
    },
  },
  {
    type: 'interactive',
    interactive: {
      type: 'list',
      body: { text: 'Which shop is near you?' },
      action: {
        button: 'Options',
        sections: [{ rows: SHOPS.map(([title, description]) => ({ id: title, title, description })) }],
      },
    },
  },
];

const indented = (text: string): string => `${text.replaceAll('\n', '\n     ')}\n`;

/** What each place was really sent for the three buttons and for the list. */
const SHOWN: Readonly<Record<string, readonly unknown[]>> = {
  'the terminal': NUMBERED.map(indented),
  'the web': SAID.slice(1, 3),
  'Slack by HTTP': IN_SLACK,
  'Slack by socket': IN_SLACK,
  'WhatsApp by the Cloud API': ON_THE_CLOUD,
  'WhatsApp by a linked phone': NUMBERED.map((text) => ({ kind: 'text', text })),
};

describe('one flow, everywhere', function () {
  this.timeout(60_000);

  for (const { name, open } of [...OWN_PLACES, ...VENDOR_PLACES])
    describe(name, () => {
      let visit: Visit;
      const [wish, city, person] = ANSWERS;
      beforeEach(async () => (visit = await open()));
      afterEach(() => visit.close());

      it('shows the buttons and the list in its own way, and takes what is picked', async () => {
        await visit.begin();
        await visit.press(wish);
        await visit.press(city);
        await visit.type(person);
        expect(visit.wire().slice(1, 3)).to.deep.equal(SHOWN[name]);
        expect(saidIn(visit.app.turns)).to.deep.equal(SAID);
        expect(visit.texts().at(-1)).to.contain('Thank you, Ana: Repair in Cali.');
      });

      it('takes the label that is typed for the same', async () => {
        await visit.begin();
        for (const answer of ANSWERS) await visit.type(answer);
        expect(saidIn(visit.app.turns)).to.deep.equal(SAID);
        expect(visit.texts()).to.have.length(SAID.length);
      });
    });
});
