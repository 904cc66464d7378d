import { expect } from 'chai';
import fc from 'fast-check';
import { unpack } from '../../channels/whatsapp-cloud/batch.ts';
import { readMessage as readCloud } from '../../channels/whatsapp-cloud/inbound.ts';
import { readMessage as readSlack } from '../../channels/slack/message.ts';
import { readPress } from '../../channels/slack/press.ts';
import { readMessage as readWeb } from '../../channels/whatsapp-web/inbound.ts';
import { pick } from '../../channels/whatsapp-web/raw.ts';
import { isObject } from '../../src/domain/json.ts';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import { CONTENTS } from './whatsapp-cloud-contents.ts';
import { ANA, NUMBER, change, contact, message, textOf, webhook } from './whatsapp-cloud-kit.ts';
import { REPLIES } from './whatsapp-cloud-replies.ts';

/** What stands where something else should. */
const odd: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json[]>(null, '', 0, -1, 1e308, true, [], {}, '\u0000', '\ud800', '__proto__', 'constructor'),
  fc.string({ maxLength: 20 }),
  fc.array(fc.constantFrom<Json[]>(null, 'x', {}), { maxLength: 3 }),
  fc.record({ id: fc.constantFrom<Json[]>('x', null), type: fc.constantFrom<Json[]>('text', 7) }),
  fc.constant('x'.repeat(70_000)),
);

/** Every place in a value, as the keys that lead there. */
function placesIn(value: Json, path: readonly string[] = []): (readonly string[])[] {
  const inner = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [path, ...inner.flatMap(([key, each]) => placesIn(each ?? null, [...path, key]))];
}

/** The value with something else in one place; undefined: without that place. */
function put(value: Json, [key, ...rest]: readonly string[], other: Json | undefined): Json | undefined {
  if (key === undefined) return other;
  if (Array.isArray(value))
    return value.flatMap((each: Json, i) => (String(i) === key ? (put(each, rest, other) ?? []) : each));
  if (!isObject(value)) return value;
  const changed = put(value[key] ?? null, rest, other);
  const { [key]: _gone, ...others } = value;
  return changed === undefined ? others : { ...others, [key]: changed };
}

/** A payload with up to three places changed, or fields that nobody knows. */
function mutated(seeds: readonly Json[]): fc.Arbitrary<Json> {
  const change1 = fc.tuple(fc.nat(), fc.option(odd, { nil: undefined }));
  const changes = fc.array(change1, { minLength: 1, maxLength: 3 });
  return fc.tuple(fc.constantFrom(...seeds), changes).map(([seed, list]) =>
    list.reduce<Json>((value, [n, other]) => {
      const places = placesIn(value);
      return put(value, places[n % places.length] ?? [], other) ?? null;
    }, seed),
  );
}

const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;
const RUNS = { numRuns: 3000 };
const link = (id: string): string => `https://bot.example/${id}`;

const CLOUD = [...CONTENTS, ...REPLIES]
  .map(([, fields]) => asJson(fields))
  .filter((fields) => JSON.stringify(fields).length < 3000)
  .map((fields) => asJson(message(Object(fields) as object)));

const SAID = { type: 'message', channel: 'D1', channel_type: 'im', user: 'U1', ts: '1.000100', text: '<@UBOT> hi' };
const FILE = { id: 'F1', name: 'a.png', mimetype: 'image/png', url_private: 'https://files.slack.com/F1' };
const RICH = { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'x' }] }] };
const EVENTS = [
  SAID,
  { ...SAID, channel: 'C1', thread_ts: '0.5', type: 'app_mention' },
  { ...SAID, subtype: 'file_share', files: [FILE] },
  { ...SAID, text: '', blocks: [RICH], attachments: [{ text: 'x', fallback: 'y' }] },
  { ...SAID, subtype: 'message_changed', message: SAID, previous_message: SAID },
].map(asJson);
const PRESSES = [
  { type: 'button', action_id: 'parley:pick:1', value: 'l', text: { type: 'plain_text', text: 'L' }, action_ts: '9' },
  { type: 'static_select', action_id: 'parley:pick', selected_option: { value: 'x', text: { text: 'X' } } },
].map((action) =>
  asJson({
    type: 'block_actions',
    user: { id: 'U1' },
    channel: { id: 'C1' },
    message: { ts: '2.0' },
    actions: [action],
  }),
);

const KEY = { fromMe: false, remote: '27821234567@c.us', id: '3E', _serialized: 'false_27821234567@c.us_3E' };
const RAW = [
  { type: 'chat', body: 'Hi' },
  { type: 'image', directPath: '/v', mimetype: 'image/png', caption: 'x', filename: 'a', size: 3 },
  { type: 'location', lat: 1, lng: 2, loc: 'a\nb' },
  { type: 'multi_vcard', vcardList: [{ vcard: 'BEGIN:VCARD\nFN:A\nTEL:1\nEND:VCARD' }] },
  { type: 'list_response', body: 'L', listResponse: { singleSelectReply: { selectedRowId: 'l' } } },
].map((fields) => asJson({ id: KEY, from: '27821234567@c.us', to: '1@c.us', t: 1_795_219_200, ...fields }));

describe('whatever a place sends', function () {
  this.timeout(60_000);

  it('whatsapp cloud: a bad message throws nothing, and never costs the others of its batch', () => {
    const good = (id: string): Json => asJson(textOf('good', id));
    fc.assert(
      fc.property(mutated(CLOUD), (bad) => {
        const value = { contacts: [contact()], messages: [good('a'), bad, good('b')] };
        const items = unpack(asJson(webhook(change(value))), NUMBER);
        const read = items.flatMap((item) => (item.kind === 'message' ? [readCloud(item.message, link)] : []));
        const wanted = { kind: 'said', message: { text: 'good' } };
        expect([read[0], read.at(-1)]).to.deep.equal([wanted, wanted]);
        expect(items).to.have.length(3);
      }),
      RUNS,
    );
  });

  it('whatsapp cloud: a broken envelope throws nothing', () => {
    const statuses = [{ id: 'x', status: 'failed', recipient_id: ANA, errors: [{ code: 1, title: 'x' }] }];
    const whole = asJson(
      webhook(change({ contacts: [contact()], messages: [textOf('good')], statuses, errors: [{}] })),
    );
    fc.assert(
      fc.property(mutated([whole]), (payload) => {
        for (const item of unpack(payload, NUMBER))
          if (item.kind === 'message') expect(readCloud(item.message, link)).to.have.property('kind');
      }),
      RUNS,
    );
  });

  it('slack: events and presses are said, ignored, or none', () => {
    fc.assert(
      fc.property(mutated(EVENTS), (event) => {
        if (isObject(event)) expect(readSlack(event, 'UBOT', link).kind).to.be.oneOf(['said', 'ignored']);
      }),
      RUNS,
    );
    fc.assert(
      fc.property(mutated(PRESSES), (body) => {
        const press = isObject(body) ? readPress(body) : null;
        if (press !== null) for (const part of [press.address, press.choice, press.id]) expect(part).to.be.a('string');
      }),
      RUNS,
    );
  });

  it('whatsapp web: records are messages or none', () => {
    fc.assert(
      fc.property(mutated(RAW), (record: Json | JsonObject) => {
        const read = pick(record);
        if (read !== null) expect(readWeb(read, link).kind).to.be.oneOf(['said', 'unreadable', 'ignored']);
      }),
      RUNS,
    );
  });
});
