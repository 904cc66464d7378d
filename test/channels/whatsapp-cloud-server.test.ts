import { expect } from 'chai';
import { whatsappCloud } from '../../channels/whatsapp-cloud/index.ts';
import { startApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { until } from '../support/until.ts';
import { ANA, Meta, change, cloudEnv, contact, message, signature, webhook } from './whatsapp-cloud-kit.ts';

const TOKEN = 'a-token-of-an-admin-0123';
const ASK = `
flow: ask
channels: [whatsapp]
triggers: [{ catch_all: true }]
blocks:
  - { id: what, type: question, text: "What is it?" }
  - { id: done, type: end, text: "Thank you." }
`;
const NEWS = `
flow: news
channels: [whatsapp]
language: en
blocks:
  - id: may_write
    type: condition
    cases: [{ window_open: true, next: freely }]
    else: by_template
  - { id: freely, type: end, text: "Your table is ready." }
  - { id: by_template, type: message, text: "Your table is ready.", template: { name: table_ready, params: ["8 pm"] } }
`;

describe('whatsapp cloud: in the whole server', function () {
  this.timeout(60_000);
  let meta: Meta;
  let app: TestApp;
  let ahead = 0;
  let count = 0;
  beforeEach(async () => {
    [meta, ahead, count] = [await Meta.open(), 0, 0];
    const env = { ...cloudEnv(meta), ADMIN_TOKEN: TOKEN };
    const clock = (): number => Date.now() + ahead;
    app = await startApp({ 'ask.yaml': ASK, 'news.yaml': NEWS }, { channels: [whatsappCloud], env, clock });
  });
  afterEach(async () => {
    await app.close();
    await meta.close();
  });

  const post = async (...changes: unknown[]): Promise<void> => {
    const bytes = Buffer.from(JSON.stringify(webhook(...changes)));
    const headers = { 'X-Hub-Signature-256': signature(bytes) };
    const url = `${app.url}/channels/whatsapp-cloud/webhook`;
    expect((await fetch(url, { method: 'POST', body: bytes, headers })).status).to.equal(200);
    await app.app.idle();
  };
  const writes = (body: string): Promise<void> => {
    count += 1;
    const messages = [message({ type: 'text', text: { body } }, `wamid.${count}`)];
    return post(change({ contacts: [contact()], messages }));
  };
  /** Somebody writes to Ana in the WhatsApp Business app; Meta tells of it. */
  const byHand = (body: string): Promise<void> => {
    count += 1;
    const echo = { from: '15550783881', to: ANA, id: `wamid.${count}`, type: 'text', text: { body } };
    const { value } = Object(change({ message_echoes: [echo] })) as { value: object };
    return post({ field: 'smb_message_echoes', value });
  };
  const api = async (path: string, body: object = {}): Promise<void> => {
    const headers = { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' };
    const url = `${app.url}/api/v1/contacts/${encodeURIComponent(`whatsapp-cloud:${ANA}`)}${path}`;
    expect((await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).status).to.equal(202);
    await app.app.idle();
  };
  const sent = (): unknown[] =>
    meta.got.map(({ body }) => {
      const { text, template } = Object(body) as { text?: { body: string }; template?: { name: string } };
      return text?.body ?? template?.name;
    });

  it('a flow asks whether the window is open, and has a template where it is not', async () => {
    await api('/start', { flow: 'news' });
    expect(sent()).to.deep.equal(['table_ready']);
    await writes('hi');
    await writes('nothing');
    await api('/start', { flow: 'news' });
    expect(sent().slice(1)).to.deep.equal(['What is it?', 'Thank you.', 'Your table is ready.']);
    ahead += 24 * 3_600_000;
    await api('/start', { flow: 'news' });
    expect(sent().at(-1)).to.equal('table_ready');
  });

  it('who writes in the WhatsApp Business app has the conversation until it is returned, or for an hour', async () => {
    await writes('hi');
    await byHand('Hello, this is Ben.');
    await writes('my bike');
    expect(sent()).to.deep.equal(['What is it?']);
    await api('/return');
    await writes('a flat tyre');
    expect(sent()).to.deep.equal(['What is it?', 'Thank you.']);
    await writes('hi again');
    await byHand('One more thing.');
    ahead += 3_600_000;
    const before = app.turns.length;
    await until('the hour to be over', () => app.turns.length > before);
    await app.app.idle();
    await writes('the chain');
    expect(sent().slice(2)).to.deep.equal(['What is it?', 'Thank you.']);
  });
});
