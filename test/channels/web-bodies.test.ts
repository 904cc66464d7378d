import { expect } from 'chai';
import { FakeWorld } from '../support/fake-host.ts';
import { Site, parrot } from './web-site.ts';

describe('web chat: what a message may be', function () {
  this.timeout(60_000);
  let site: Site;

  before(async () => {
    site = await Site.open(new FakeWorld(parrot));
  });
  after(() => site.close());

  const media = { type: 'image', url: 'https://a.example/b' };
  const table: [name: string, body: unknown, status: number, names: string][] = [
    ['nothing', '', 400, 'exactly one'],
    ['not JSON', '{"text":', 400, 'JSON'],
    ['not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 400, 'UTF-8'],
    ['null', null, 400, 'object'],
    ['an array', [{ text: 'hi' }], 400, 'object'],
    ['a number', 7, 400, 'object'],
    ['no field', {}, 400, 'exactly one'],
    ['a field of the prototype', '{"__proto__":{"text":"hi"}}', 400, 'exactly one'],
    ['two fields', { text: 'hi', choice: 'tea' }, 400, 'exactly one'],
    ['three fields', { text: 'hi', choice: 'tea', media }, 400, 'exactly one'],
    ['text: null', { text: null }, 400, '`text`'],
    ['text: number', { text: 5 }, 400, '`text`'],
    ['text: array', { text: ['hi'] }, 400, '`text`'],
    ['text: object', { text: { toString: 'hi' } }, 400, '`text`'],
    ['text: blank', { text: ' \n' }, 400, '`text`'],
    ['text: over 16 KB', { text: 'é'.repeat(8193) }, 413, '`text`'],
    ['text: 16 KB', { text: 'é'.repeat(8192) }, 200, ''],
    ['body: over 64 KB', { text: 'x'.repeat(70_000) }, 413, '64 KB'],
    ['body: many times 64 KB', { text: 'x'.repeat(2_000_000) }, 413, '64 KB'],
    ['choice: empty', { choice: '' }, 400, '`choice`'],
    ['choice: number', { choice: 1 }, 400, '`choice`'],
    ['choice: null', { choice: null }, 400, '`choice`'],
    ['id: number', { text: 'hi', id: 1 }, 400, '`id`'],
    ['id: null', { text: 'hi', id: null }, 400, '`id`'],
    ['id: empty', { text: 'hi', id: '' }, 400, '`id`'],
    ['id: 201 characters', { text: 'hi', id: 'x'.repeat(201) }, 400, '`id`'],
    ['id: 200 characters', { text: 'hi', id: 'x'.repeat(200) }, 200, ''],
    ['media: text', { media: 'https://a.example/b' }, 400, '`media`'],
    ['media: null', { media: null }, 400, '`media`'],
    ['media: unknown type', { media: { ...media, type: 'script' } }, 400, '`media.type`'],
    ['media: no url', { media: { type: 'image' } }, 400, '`media.url`'],
    ['media: script', { media: { ...media, url: 'javascript:alert(1)' } }, 400, '`media.url`'],
    ['media: data', { media: { ...media, url: 'data:text/html,x' } }, 400, '`media.url`'],
    ['media: number as caption', { media: { ...media, caption: 1 } }, 400, '`media.caption`'],
    ['media: number as filename', { media: { ...media, filename: 1 } }, 400, '`media.filename`'],
  ];
  for (const [name, body, status, names] of table) {
    it(`${name}: ${status}`, async () => {
      const answered = await site.say(await site.start(), body);
      expect(answered.status).to.equal(status);
      expect(answered.body.error?.message ?? '').to.contain(names);
    });
  }
});
