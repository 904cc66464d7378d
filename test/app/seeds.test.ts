import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect } from 'chai';
import { BLOCKS } from '../../src/blocks/index.ts';
import { compileFlow } from '../../src/flow/compile.ts';
import { Visitor, startApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';

const TOKEN = 'an-admin-token-for-tests';
const flowsDir = resolve(import.meta.dirname, '../../flows');

/** A ruleset that waits, a webhook with a name, and a split on its answer without waiting (ilhapush). */
const PEDIDO = `flow: pedido
blocks:
  - { id: pedido, type: wait_for_message }
  - id: order_webhook
    type: webhook
    method: GET
    url: "@server.url/demo/orders/@flow.pedido"
    on_failure: lost
  - id: status
    type: condition
    cases:
      - { value: "@Extra.status", has_all_words: Shipped, next: shipped }
    else: other
  - { id: shipped, type: end, text: "@extra.number has left: @flow.order_webhook.category" }
  - { id: other, type: end, text: "It is @extra.status" }
  - { id: lost, type: end, text: "@order_webhook.category @order_webhook.status_code" }
`;

const TITLE = (id: string): string => `flow: f
blocks:
  - { id: ${id}, type: question, text: "Please enter your Username:" }
  - { id: told, type: end, text: "Hello @${id}" }
`;

describe('rows of the seeds that the whole server shows', () => {
  let on: TestApp;
  before(async () => {
    on = await startApp({ 'pedido.yaml': PEDIDO, 'f.yaml': TITLE('userinput') }, { env: { ADMIN_TOKEN: TOKEN } });
  });
  after(() => on.close());

  const get = async (path: string): Promise<{ items?: Record<string, unknown>[] } & Record<string, unknown>> => {
    const response = await fetch(on.url + path, { headers: { Authorization: `Bearer ${TOKEN}` } });
    return (await response.json()) as { items?: Record<string, unknown>[] };
  };

  it('TF4: the title of an open question is the name of the variable', async () => {
    const ana = new Visitor(on.url);
    await ana.start('f');
    expect(await ana.say('ana.b')).to.deep.equal(['Hello ana.b']);
  });

  it('I6, I8, I9: the reply is a flow variable, the webhook has a name, and a split waits for nothing', async () => {
    const ana = new Visitor(on.url);
    await ana.start('pedido');
    expect(await ana.say('CU001')).to.deep.equal(['CU001 has left: Success']);
    const ben = new Visitor(on.url);
    await ben.start('pedido');
    expect(await ben.say('unknown')).to.deep.equal(['Failure 404']);
  });

  it('I14: the webhook log lists calls, newest first, with type, status, channel and attempts, page by page', async () => {
    for (const number of ['CU001', 'CU002', 'nope']) {
      const each = new Visitor(on.url);
      await each.start('pedido');
      await each.say(number);
    }
    const { items = [], next } = await get('/api/v1/calls?limit=2');
    expect(items[0]).to.include({ type: 'webhook', status: 404, channel: 'web', attempts: 1, flow: 'pedido' });
    expect(items[1]).to.include({ status: 200, block: 'order_webhook' });
    const older = await get(`/api/v1/calls?limit=2&before=${encodeURIComponent(String(next))}`);
    expect(older.items?.[0]?.['id']).not.to.equal(items[1]?.['id']);
    expect((await get('/api/v1/calls?status=4xx')).items?.every((row) => row['status'] === 404)).to.equal(true);
  });

  it('I15: a row shows request and response', async () => {
    const { items = [] } = await get('/api/v1/calls?status=200');
    const detail = await get(`/api/v1/calls/${String(items[0]?.['id'])}`);
    expect(detail).to.have.nested.property('request.headers');
    expect(detail).to.have.nested.property('response.body').that.includes('"number"');
  });

  it('S13: the request of a block is tried with sample values, and what can become a variable is shown', async () => {
    const attempt = async (path: string, body: unknown): Promise<Record<string, unknown>> => {
      const response = await fetch(`${on.url}/api/v1/flows/${path}/test`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { http: response.status, ...((await response.json()) as object) };
    };
    const tried = await attempt('pedido/blocks/order_webhook', { variables: { pedido: 'CU001' } });
    expect(tried).to.include({ http: 200, ok: true, status: 200 });
    expect(JSON.stringify(tried['candidates'])).to.include('"path":"ship_date","type":"string","sample":"October 9th"');
    expect(await attempt('pedido/blocks/shipped', {})).to.include({ http: 400 });
    expect(await attempt('pedido/blocks/nothing', {})).to.include({ http: 404 });
  });

  it('I13: whoever traces a conversation sees the call and what came back', async () => {
    const ana = new Visitor(on.url);
    await ana.start('pedido');
    await ana.say('CU001');
    const events = on.turns.flatMap((turn) => turn.events);
    const requested = events.findLast((event) => event.kind === 'call_requested');
    expect(requested).to.deep.include({ method: 'GET', block: 'order_webhook' });
    expect(events.findLast((event) => event.kind === 'call_finished')).to.deep.include({ block: 'order_webhook' });
  });
});

describe('rows of the seeds that the shipped flow shows', () => {
  let on: TestApp;
  before(async () => {
    on = await startApp(flowsDir);
  });
  after(() => on.close());

  it('I11, I16: the Order Status Checker ships, and asks again with the status when no rule matches', async () => {
    const ana = new Visitor(on.url);
    await ana.start('order-status');
    const said = await ana.say('CU004');
    expect(said[1]).to.include('"Awaiting payment"');
    expect(said.at(-1)).to.equal('What is your order number?');
  });
});

describe('rows of the seeds that the manual shows', () => {
  it('TI12, TA15: an integration is set up in the order of the seed', async () => {
    const page = await readFile(resolve(import.meta.dirname, '../../docs/credentials.md'), 'utf8');
    const steps = [...page.matchAll(/^\d\. \*\*([^*]+)\.\*\*/gm)].map((match) => match[1]);
    expect(steps.slice(0, 6)).to.deep.equal([
      'Settings',
      'Authentication fields',
      'Test request',
      'Credentials',
      'Actions',
      'Finish',
    ]);
    expect(page).to.match(/For each one: name, inputs, request\. Try it, and take the outputs/);
  });

  it('TF18: the blocks stand in the groups that authors look for', async () => {
    const page = await readFile(resolve(import.meta.dirname, '../../docs/flow-language.md'), 'utf8');
    for (const type of BLOCKS.keys()) expect(page, type).to.include(`\`${type}\``);
  });
});

describe('rows of the seeds that the check shows', () => {
  const codes = (text: string): string[] => compileFlow(text, 'f.yaml').diagnostics.map(({ code }) => code);

  it('TF11: a condition whose other exit leads nowhere is a warning', () => {
    const one = (rest: string): string =>
      `flow: f\nblocks:\n  - id: c\n    type: condition\n    cases: [ { value: "@message.text", equals: a, next: end } ]\n${rest}  - { id: m, type: end, text: bye }\n`;
    expect(codes(one('    else: m\n'))).to.deep.equal([]);
    expect(codes(one(''))).to.include('missing-exit');
  });

  for (const place of ['url', 'query', 'headers', 'body'] as const)
    it(`S4: a variable may stand in the ${place}`, () => {
      const written = {
        url: 'url: "https://a.example/@q"',
        query: 'url: https://a.example\n    query: { q: "@q" }',
        headers: 'url: https://a.example\n    headers: { X-Q: "@q" }',
        body: 'url: https://a.example\n    body: { q: "@q" }',
      }[place];
      const text = `flow: f\nsettings: { on_error: m }\nblocks:\n  - { id: q, type: question, text: "?" }\n  - id: c\n    type: external_web_call\n    method: POST\n    ${written}\n  - { id: m, type: end, text: bye }\n`;
      expect(codes(text)).to.deep.equal([]);
    });
});
