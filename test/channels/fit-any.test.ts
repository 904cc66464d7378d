import { expect } from 'chai';
import fc from 'fast-check';
import { optionsOf } from '../../src/channel/fallback.ts';
import { fit } from '../../src/channel/fit.ts';
import { CHANNEL_LIMITS, WHATSAPP } from '../../src/channel/limits.ts';
import type { Limits } from '../../src/channel/limits.ts';
import { splitText } from '../../src/channel/split.ts';
import type { Outbound } from '../../src/domain/message.ts';

const word = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom('👩‍👩‍👧‍👦', '🇨🇴🇧🇷', 'é́', 'नमस्ते', '短い文。', 'a\r\nb', 'Sentence one. Two!'),
);
const gap = fc.constantFrom(' ', '\n', '\n\n', '. ', '');
const text = fc.array(fc.tuple(word, gap), { maxLength: 60 }).map((parts) =>
  parts
    .map((pair) => pair.join(''))
    .join('')
    .replaceAll('\u0000', ''),
);
const option = fc.record(
  {
    id: fc.string({ minLength: 1, maxLength: 90 }),
    label: fc.string({ minLength: 1, maxLength: 90 }),
    description: text,
  },
  { requiredKeys: ['id', 'label'] },
);
const many = fc.array(option, { minLength: 1, maxLength: 30 });
const caption = text.map((said) => ({ type: 'image' as const, url: 'https://x.example/a.png', caption: said }));
const message: fc.Arbitrary<Outbound> = fc.record(
  {
    text,
    media: caption,
    buttons: many,
    quick_replies: many,
    list: fc.record({ label: fc.string({ minLength: 1, maxLength: 40 }), options: many }),
    location: fc.constant({ latitude: 1, longitude: 2 }),
  },
  { requiredKeys: [] },
);
const small: Limits = { ...WHATSAPP, text: 90, body: 60, caption: 50 };
const limits = fc.constantFrom(small, ...CHANNEL_LIMITS.values());

/** Everything that can be read, blanks aside. */
function words(pieces: readonly Outbound[]): string {
  const said = pieces.flatMap(({ media, text: own }) => [media?.caption ?? '', own ?? '']);
  return said.join('').replaceAll(/[\s\uFFFD]/gu, '');
}

function within(piece: Outbound, on: Limits): boolean {
  const offered = optionsOf(piece).length > 0;
  const room = offered ? Math.min(on.text, on.body ?? on.text) : on.text;
  const { text: own = '', media, buttons = [], list } = piece;
  return (
    own.length <= room &&
    (media?.caption ?? '').length <= on.caption &&
    buttons.length <= on.buttons &&
    buttons.every(({ label }) => label.length <= on.buttonLabel) &&
    (list?.options ?? []).length <= on.list &&
    (list?.options ?? []).every(
      ({ label, description = '' }) =>
        label.length <= on.listLabel && description.length <= (on.description ?? Number.POSITIVE_INFINITY),
    ) &&
    (list?.label ?? '').length <= (on.listButton ?? Number.POSITIVE_INFINITY) &&
    (!offered || on.body === undefined || own !== '')
  );
}

describe('what a channel shows: for any message', () => {
  it('every piece is within the limits', () => {
    fc.assert(
      fc.property(message, limits, (sent, on) => {
        for (const piece of fit(sent, on)) expect(within(piece, on), JSON.stringify(piece)).to.equal(true);
      }),
    );
  });

  it('every word is said, every option can be picked, media and place are there once', () => {
    fc.assert(
      fc.property(message, limits, (sent, on) => {
        const pieces = fit(sent, on);
        const said = words(pieces);
        const shown = new Set(pieces.flatMap((piece) => optionsOf(piece).map(({ id }) => id)));
        const own = words([sent]);
        expect(said.startsWith(own), `${own} | ${said}`).to.equal(true);
        for (const [i, { id, label }] of optionsOf(sent).entries()) {
          const line = `${i + 1}. ${label}`.replaceAll(/[\s\uFFFD]/gu, '');
          expect(shown.has(id) || said.includes(line.replaceAll('\u0000', '')), `${id} in ${said}`).to.equal(true);
        }
        expect(pieces.filter(({ media }) => media !== undefined)).to.have.length(sent.media === undefined ? 0 : 1);
        expect(pieces.filter(({ location }) => location !== undefined)).to.have.length(
          sent.location === undefined ? 0 : 1,
        );
      }),
    );
  });

  it('no character is broken, and fitting twice changes nothing', () => {
    const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
    const graphemes = (whole: string): string[] =>
      Array.from(segmenter.segment(whole), ({ segment }) => segment).filter((segment) => /\S/.test(segment));
    fc.assert(
      fc.property(text, fc.integer({ min: 30, max: 200 }), (whole, max) => {
        const pieces = splitText(whole, max);
        expect(pieces.flatMap(graphemes)).to.deep.equal(graphemes(whole));
        expect(pieces.every((piece) => piece.length <= max && piece.trim() !== '')).to.equal(true);
      }),
    );
    fc.assert(
      fc.property(message, limits, (sent, on) => {
        const pieces = fit(sent, on);
        expect(pieces.flatMap((piece) => fit(piece, on))).to.deep.equal(pieces);
      }),
    );
  });

  it('a character longer than a message is cut between its code points', () => {
    const zalgo = `a${'\u0301'.repeat(50)}`;
    expect(splitText(zalgo, 20).join('')).to.equal(zalgo);
    expect(splitText('😀😀', 3)).to.deep.equal(['😀', '😀']);
  });
});
