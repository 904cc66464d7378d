import { expect } from 'chai';
import { whatsappCloud } from '../../channels/whatsapp-cloud/index.ts';
import { DEFAULT_API_URL, DEFAULT_RATE, readSettings } from '../../channels/whatsapp-cloud/settings.ts';
import { readConfig } from '../../src/config/config.ts';
import { SETTINGS } from '../../src/config/settings.ts';
import { FakeHost, FakeWorld } from '../support/fake-host.ts';
import { ANA, Line, change, contact, textOf, webhook, closeLines } from './whatsapp-cloud-kit.ts';

const BOB = '5511988887777';

describe('whatsapp cloud: the webhook', function () {
  this.timeout(60_000);
  let line: Line;
  beforeEach(async () => {
    line = await Line.open();
  });
  afterEach(closeLines);

  const texts = (): unknown[] => line.stored.map(({ message }) => Object(message).text);

  describe('batches', () => {
    it('take every entry, change and message, each with its own sender', async () => {
      const one = change({
        contacts: [contact(), contact(BOB, 'Bob')],
        messages: [textOf('a', '1'), textOf('b', '2', BOB)],
      });
      const two = change({ messages: [textOf('c', '3')] });
      const body = { object: 'whatsapp_business_account', entry: [{ changes: [one] }, { changes: [two, two] }] };
      expect((await line.post(body)).status).to.equal(200);
      expect(line.host.accepted.filter(({ address }) => address === ANA).map(({ entry }) => entry.id)).to.deep.equal([
        '1',
        '3',
      ]);
      expect(line.host.accepted.filter(({ address }) => address === BOB).map(({ entry }) => entry.id)).to.deep.equal([
        '2',
      ]);
      expect(line.host.world.known.get(BOB)).to.deep.equal({ name: 'Bob' });
    });

    it('route each change by its own number', async () => {
      const foreign = change({ messages: [textOf('for others')] }, '999999999999');
      const missing = { field: 'messages', value: { messages: [textOf('for nobody')] } };
      const ours = change({ messages: [textOf('for us')] });
      expect((await line.post(webhook(foreign, missing, ours))).status).to.equal(200);
      expect(texts()).to.deep.equal(['for us']);
      expect(line.host.logged.filter((text) => text.includes('another phone number'))).to.have.length(2);
    });

    it('know their number also when it comes as a number', async () => {
      const value = { metadata: { phone_number_id: 106540352242922 }, messages: [textOf('hi')] };
      expect((await line.post(webhook({ field: 'messages', value }))).status).to.equal(200);
      expect(texts()).to.deep.equal(['hi']);
    });

    it('lose nothing to a bad item', async () => {
      const bad = [
        null,
        7,
        'x',
        [],
        {},
        { type: 'text' },
        { from: {}, id: [], type: 7 },
        { from: ANA, type: 'constructor' },
      ];
      const value = {
        contacts: [null, 'x', { profile: null }],
        messages: [textOf('first', '1'), ...bad, textOf('last', '2')],
        statuses: [null, {}, 7],
        errors: [null],
      };
      expect((await line.post(webhook(null, 7, { field: 'messages' }, change(value)))).status).to.equal(200);
      expect(texts()).to.deep.equal(['first', 'last']);
    });

    it('take the first of two messages with one id, in one batch or in two', async () => {
      expect(await line.say(textOf('first'), textOf('second'))).to.equal(200);
      expect(await line.say(textOf('third'))).to.equal(200);
      expect(texts()).to.deep.equal(['first']);
    });

    it('tell messages without an id apart by what they say', async () => {
      const nameless = { from: ANA, timestamp: '1', type: 'text', text: { body: 'hi' } };
      for (const _ of [1, 2]) expect(await line.say(nameless, { ...nameless, timestamp: '2' })).to.equal(200);
      expect(texts()).to.deep.equal(['hi', 'hi']);
    });

    it('take many messages at once', async () => {
      const messages = Array.from({ length: 1000 }, (_, i) =>
        textOf(`${i}`, `wamid.${i}`, `57300${1_000_000 + (i % 50)}`),
      );
      expect((await line.post(webhook(change({ messages })))).status).to.equal(200);
      expect(line.stored).to.have.length(1000);
      const first = line.host.accepted.filter(({ address }) => address === '573001000000');
      expect(first.map(({ entry }) => entry.id)).to.deep.equal(Array.from({ length: 20 }, (_, i) => `wamid.${i * 50}`));
    });
  });

  describe('what was not stored', () => {
    for (const refuse of ['full', 'closing'] as const) {
      it(`${refuse}: 503, and the repeat counts`, async () => {
        line.host.world.refuse = refuse;
        const response = await line.post(webhook(change({ messages: [textOf('hi')] })));
        expect(response.status).to.equal(503);
        expect(response.headers.get('retry-after')).to.equal('1');
        line.host.world.refuse = null;
        expect(await line.say(textOf('hi'))).to.equal(200);
        expect(texts()).to.deep.equal(['hi']);
      });
    }

    it('does not hold up others, and keeps the order of its contact', async () => {
      line.host.away.add(ANA);
      const batch = [textOf('a', '1'), textOf('b', '2', BOB), textOf('c', '3')];
      expect(await line.say(...batch)).to.equal(503);
      expect(texts()).to.deep.equal(['b']);
      line.host.away.clear();
      expect(await line.say(...batch)).to.equal(200);
      expect(texts()).to.deep.equal(['b', 'a', 'c']);
    });

    it('leaves the later messages of a contact for the repeat when the first could not be placed', async () => {
      const { notes } = line.host;
      const get = notes.get.bind(notes);
      notes.get = async (name) => {
        notes.get = get;
        throw new Error(`the store is away: ${name}`);
      };
      const batch = [textOf('a', '1'), textOf('b', '2'), textOf('c', '3', BOB)];
      expect(await line.say(...batch)).to.equal(503);
      expect(texts()).to.deep.equal(['c']);
      expect(await line.say(...batch)).to.equal(200);
      expect(texts()).to.deep.equal(['c', 'a', 'b']);
    });

    it('counts also when the table of aliases cannot be read', async () => {
      line.host.notes.broken = true;
      expect(await line.say(textOf('hi'))).to.equal(503);
      line.host.notes.broken = false;
      expect(await line.say(textOf('hi'))).to.equal(200);
      expect(texts()).to.deep.equal(['hi']);
    });
  });

  describe('fields that are no messages', () => {
    const table: [field: string, value: unknown, logged: RegExp][] = [
      ['account_update', { event: 'ACCOUNT_RESTRICTION' }, /Meta reports ACCOUNT_RESTRICTION/],
      ['account_update', { event: 'DISABLED_UPDATE' }, /Meta reports DISABLED_UPDATE/],
      ['account_update', { phone_number: '1', event: 'VERIFIED_ACCOUNT' }, /no message was ignored/],
      ['account_alerts', {}, /no message was ignored/],
      ['phone_number_quality_update', { event: 'FLAGGED' }, /no message was ignored/],
      ['message_template_status_update', { event: 'APPROVED' }, /no message was ignored/],
      ['user_preferences', {}, /no message was ignored/],
      ['smb_message_echoes', { message_echoes: [textOf('by hand')] }, /another phone number was ignored/],
      ['history', { history: [] }, /no message was ignored/],
      ['smb_app_state_sync', {}, /no message was ignored/],
      ['calls', {}, /no message was ignored/],
      ['flows', null, /no message was ignored/],
    ];
    for (const [field, value, logged] of table) {
      it(`${field} ${JSON.stringify(value)}`, async () => {
        expect((await line.post(webhook({ field, value }))).status).to.equal(200);
        expect(line.host.logged.join('\n')).to.match(logged);
        expect(line.stored).to.deep.equal([]);
      });
    }
  });
});

describe('whatsapp cloud: settings', function () {
  this.timeout(60_000);
  it('stays off, by name, without what it needs', () => {
    expect(whatsappCloud.needs).to.have.length(4);
    for (const name of whatsappCloud.needs.flat()) expect(SETTINGS).to.have.property(name);
  });

  it('has the same defaults as the table of settings', () => {
    expect(DEFAULT_API_URL).to.equal(SETTINGS.WHATSAPP_CLOUD_API_URL.default);
    expect(String(DEFAULT_RATE)).to.equal(SETTINGS.WHATSAPP_CLOUD_RATE.default);
    const { apiUrl, publicUrl, rate } = readSettings({ PORT: '8080', WHATSAPP_CLOUD_API_URL: '' });
    expect({ apiUrl, publicUrl, rate }).to.deep.equal({
      apiUrl: DEFAULT_API_URL,
      publicUrl: 'http://localhost:8080',
      rate: 80,
    });
  });

  for (const [name, value] of [
    ['WHATSAPP_CLOUD_PHONE_NUMBER_ID', '+57 300'],
    ['WHATSAPP_CLOUD_RATE', '0'],
    ['WHATSAPP_CLOUD_TOKEN', 'EAAG…'],
    ['WHATSAPP_CLOUD_APP_SECRET', '0a1b2c…'],
    ['SLACK_BOT_TOKEN', 'xoxb-…'],
    ['SLACK_APP_TOKEN', 'xoxb-1'],
    ['SLACK_SIGNING_SECRET', '0a1b2c…'],
    ['WHATSAPP_CODE_TEMPLATE', 'login_code'],
    ['WHATSAPP_CODE_TEMPLATE', 'login_code:en_US:body'],
    ['WHATSAPP_CLOUD_API_URL', 'graph'],
  ] as const) {
    it(`refuses ${name}=${value}`, () => {
      expect(readConfig({ [name]: value }))
        .to.have.property('problem')
        .that.contains(name);
    });
  }

  it('does not open on a server that makes no requests', async () => {
    const express = await import('express');
    const host = new Proxy(new FakeHost(express.Router(), new FakeWorld(() => undefined), []), {
      get: (target, name) => (name === 'http' ? undefined : Reflect.get(target, name)),
    });
    let problem = '';
    await whatsappCloud.open(host).catch((error: unknown) => {
      problem = String(error);
    });
    expect(problem).to.contain('makes requests');
  });
});
