import { expect } from 'chai';
import { placeOf } from '../../channels/slack/place.ts';
import { plainText } from '../../channels/slack/text.ts';

const TEXTS: readonly (readonly [slack: string, plain: string])[] = [
  ['a &amp; b &lt;c&gt; &amp;lt;', 'a & b <c> &lt;'],
  ['<@U1> and <@U2|ben>', '@U1 and @ben'],
  ['<#C1|general> <#C2>', '#general #C2'],
  ['<!here> <!channel> <!everyone>', '@here @channel @everyone'],
  ['<!here|here>', '@here'],
  ['<!subteam^S1|@team> <!subteam^S1>', '@team @subteam'],
  ['<!date^1392734382^{date}|18 Feb>', '18 Feb'],
  ['<https://example.com>', 'https://example.com'],
  ['<http://example.com|example.com>', 'example.com'],
  ['<https://example.com/a?b=1&amp;c=2|our page>', 'our page (https://example.com/a?b=1&c=2)'],
  ['<mailto:ana@example.com|ana@example.com>', 'ana@example.com'],
  ['<tel:+573001112233|+57 300 111 2233>', '+57 300 111 2233'],
  [':smile: “quotes” :+1::skin-tone-2:', ':smile: “quotes” :+1::skin-tone-2:'],
  ['1 < 2 > 0', '1 < 2 > 0'],
  ['<>', '<>'],
  ['*bold* _it_ ~no~ `code`', '*bold* _it_ ~no~ `code`'],
];

describe('slack: texts as people typed them', () => {
  for (const [slack, plain] of TEXTS) it(slack, () => expect(plainText(slack)).to.equal(plain));
});

describe('slack: addresses', () => {
  for (const [address, place] of [
    ['D1:U1', { channel: 'D1' }],
    ['D1:W1', { channel: 'D1' }],
    ['C1:1700000000.000100', { channel: 'C1', thread: '1700000000.000100' }],
    ['G1:1.2', { channel: 'G1', thread: '1.2' }],
    ['U1', null],
    ['C1', null],
    ['C1:U1', null],
    ['D1:1.2', null],
    ['', null],
  ] as const)
    it(address === '' ? 'nothing' : address, () => expect(placeOf(address)).to.deep.equal(place));
});
