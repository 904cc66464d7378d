import { once } from 'node:events';
import { rename, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { Visitor, noting, startApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';

const flowsDir = resolve(import.meta.dirname, '../../flows');

describe('a conversation over HTTP', () => {
  let server: TestApp;
  before(async () => {
    server = await startApp(flowsDir);
  });
  after(() => server.close());

  it('holds the order status conversation with the demo API, every exit of it', async () => {
    const ana = new Visitor(server.url);
    expect(await ana.start('order-status')).to.deep.equal([
      'Hello! I can look up an order for you.',
      'What is your order number?',
    ]);
    expect(await ana.say('nope')).to.deep.equal([
      'One moment, I am checking order nope…',
      'I could not find order nope. Please check the number.',
      'What is your order number?',
    ]);
    expect(await ana.say('CU004')).to.deep.equal([
      'One moment, I am checking order CU004…',
      'Order CU004 has the status "Awaiting payment", which I cannot explain. Let us try again.',
      'What is your order number?',
    ]);
    expect((await ana.say('BROKEN'))[1]).to.match(/went wrong/);
    expect(await ana.say('Yes')).to.deep.equal(['What is your order number?']);
    expect((await ana.say('CU002'))[1]).to.match(/is pending/);
    await ana.say('yes');
    expect((await ana.say('cu003'))[1]).to.match(/was cancelled/);
    await ana.say('yes');
    expect(await ana.say('CU001')).to.deep.equal([
      'One moment, I am checking order CU001…',
      'Good news, Ben Haggerty: order CU001 (Vogue White Wall x 4) was shipped on October 9th. It should be with you by April 3rd.',
      'Would you like to track another order?',
    ]);
    const last = await ana.answer('no');
    expect(last).to.include({ ended: true });
    expect(last.messages.map(({ text }) => text)).to.deep.equal(['Thank you, goodbye!']);
  });

  it('answers the same message twice with the same answer, once worked on', async () => {
    const ana = new Visitor(server.url);
    await ana.start('order-status');
    const before = server.turns.length;
    const first = await Promise.all(Array.from({ length: 10 }, () => ana.answer('CU001', 'one-and-only')));
    for (const answer of first) expect(answer).to.deep.equal(first[0]);
    expect(first[0]?.messages).to.have.length(3);
    expect(server.turns.slice(before).map(({ entry }) => entry.kind)).to.deep.equal(['message', 'call']);
  });

  it('answers messages, good and bad, with safe headers, though express never sees them', async () => {
    const ana = new Visitor(server.url);
    await ana.start('order-status');
    const post = (path: string, body: string): Promise<Response> =>
      fetch(`${server.url}/api/chat/${path}`, { method: 'POST', body });
    const cases = [
      [`${ana.session}/messages`, '{"text":"CU001"}', 200],
      [`${ana.session}/messages/?from=a-page`, '{"text":"no"}', 200],
      [`${ana.session}/messages`, '{"text":', 400],
      [`${ana.session}/messages`, '{"text":""}', 400],
      [`${ana.session}x/messages`, '{"text":"hello"}', 404],
      ['a%2fb/messages', '{"text":"hello"}', 404],
    ] as const;
    for (const [path, body, status] of cases) {
      const response = await post(path, body);
      expect(response.status, path).to.equal(status);
      expect(Object.fromEntries(response.headers), path).to.include({
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'cross-origin-resource-policy': 'same-origin',
      });
    }
    expect((await fetch(`${server.url}/api/chat/${ana.session}/messages`)).status, 'GET').to.equal(404);
  });

  it('answers what names the route in another way, too', async () => {
    const ana = new Visitor(server.url);
    await ana.start('order-status');
    const path = `/api/chat/${ana.session}/messages`;
    const { hostname, port } = new URL(server.url);
    const status = async (method: string, target: string): Promise<number | undefined> => {
      const asked = request({ hostname, port, method, path: target, agent: false });
      const [response] = (await once(asked.end(method === 'POST' ? '{"text":"no"}' : ''), 'response')) as [
        IncomingMessage,
      ];
      response.resume();
      return response.statusCode;
    };
    const coded = `%${ana.session.charCodeAt(0).toString(16)}${ana.session.slice(1)}`;
    expect(await status('POST', server.url + path)).to.equal(200);
    expect(await status('POST', path.replace(ana.session, coded))).to.equal(200);
    expect(await status('POST', path.replace(ana.session, '%E0%A4%A'))).to.equal(400);
    expect(await status('OPTIONS', path)).to.equal(200);
  });

  it('takes fifty messages of one visitor at once, one after the other', async () => {
    const ana = new Visitor(server.url);
    await ana.start('order-status');
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => ana.say(`X${i}`)));
    for (const [i, said] of answers.entries()) expect(said[0]).to.equal(`One moment, I am checking order X${i}…`);
  });

  it('keeps two hundred visitors apart', async () => {
    const visitors = Array.from({ length: 200 }, () => new Visitor(server.url));
    await Promise.all(visitors.map((visitor) => visitor.start('order-status')));
    const answers = await Promise.all(visitors.map((visitor, i) => visitor.say(`V${i}`)));
    for (const [i, said] of answers.entries())
      expect(said[1]).to.equal(`I could not find order V${i}. Please check the number.`);
  });

  it('brings out what was typed as the same text, whatever it looks like', async () => {
    const typed = [
      '@contact.id',
      '@(1+1)',
      '@@',
      '<script>alert(1)</script>',
      '\u001B[31mred',
      '__proto__',
      '{{x}} ${y} %s',
      '$ne',
      '٣ שלום 👩‍👩‍👧 \u202Eabc',
    ];
    for (const text of typed) {
      const ana = new Visitor(server.url);
      await ana.start('order-status');
      expect((await ana.say(text))[0]).to.equal(`One moment, I am checking order ${text}…`);
    }
    expect(({} as { x?: number }).x).to.equal(undefined);
  });

  it('makes exactly three store writes for a plain message', async () => {
    const flow =
      'flow: echo\ntriggers: [{ link: true }]\nblocks:\n  - { id: q, type: question, text: "?", next: say }\n  - { id: say, type: message, text: "you said @q", next: q }\n';
    const calls: string[] = [];
    const echo = await startApp({ 'echo.yaml': flow }, { wrapStore: (store) => noting(store, calls) });
    try {
      const ana = new Visitor(echo.url);
      await ana.start('echo');
      await echo.app.idle();
      calls.length = 0;
      expect(await ana.say('hi')).to.deep.equal(['you said hi', '?']);
      await echo.app.idle();
      const reading = new Set(['load', 'transcript', 'get', 'page', 'list', 'claim', 'renew', 'ping']);
      expect(calls.filter((call) => !reading.has(call))).to.deep.equal(['accept', 'commit', 'settle']);
    } finally {
      await echo.close();
    }
  });
});

describe('flows that change while the server runs', () => {
  const flow = (text: string): string =>
    `flow: live\nblocks:\n  - { id: q, type: question, text: "${text}", next: q }\n`;
  let server: TestApp;
  let file: string;
  beforeEach(async () => {
    server = await startApp({ 'live.yaml': flow('one') });
    file = join(server.dir, 'flows', 'live.yaml');
  });
  afterEach(() => server.close());

  const until = async (done: () => boolean): Promise<void> => {
    const end = Date.now() + 8000;
    while (!done() && Date.now() < end) await server.app.library.load();
    expect(done()).to.equal(true);
  };

  it('a good change is live for new sessions; running ones stay on their version', async () => {
    const old = new Visitor(server.url);
    expect(await old.start('live')).to.deep.equal(['one']);
    const version = server.app.library.current('live')?.version;
    await writeFile(file, flow('two'));
    await until(() => server.app.library.current('live')?.version !== version);
    expect(await old.say('x')).to.deep.equal(['one']);
    expect(await new Visitor(server.url).start('live')).to.deep.equal(['two']);
  });

  it('a bad change never goes live: the last good version stays', async () => {
    await writeFile(file, 'flow: live\nblocks: nonsense\n');
    const loaded = await server.app.library.load();
    expect(loaded.diagnostics.map(({ code }) => code)).to.deep.equal(['wrong-type']);
    expect(loaded.kept).to.have.length(1);
    expect(await new Visitor(server.url).start('live')).to.deep.equal(['one']);
  });

  it('a deleted flow ends nobody: who is in it goes on', async () => {
    const ana = new Visitor(server.url);
    await ana.start('live');
    await rename(file, `${file}.gone`);
    await server.app.library.load();
    expect(server.app.library.current('live')).to.equal(undefined);
    expect(await ana.say('x')).to.deep.equal(['one']);
    await rm(`${file}.gone`);
  });
});
