import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Visitor } from '../support/app.ts';
import type { ChatAnswer } from '../support/app.ts';
import { failedStart, freePort, startServer } from '../support/server.ts';
import type { ServerProcess } from '../support/server.ts';

/** What a visitor of order-status sees, from the first message to the last, when nothing goes wrong. */
const TRANSCRIPT = [
  'Hello! I can look up an order for you.',
  'What is your order number?',
  'One moment, I am checking order CU001…',
  'Good news, Ben Haggerty: order CU001 (Vogue White Wall x 4) was shipped on October 9th. It should be with you by April 3rd.',
  'Would you like to track another order?',
  'Thank you, goodbye!',
];

/** All messages of a session so far, as a reloaded page gets them. */
async function transcript(url: string, session: string): Promise<string[]> {
  const response = await fetch(`${url}/api/chat/order-status/start`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Session': session },
    body: '{"fresh":false}',
  });
  const { messages } = (await response.json()) as ChatAnswer;
  return messages.map(({ text }) => text ?? '');
}

/** Sends a message until some server takes it; the id makes it one message. */
async function sayUntilTaken(
  visitor: (url: string) => Visitor,
  url: () => string,
  text: string,
  id: string,
): Promise<ChatAnswer> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await visitor(url()).answer(text, id);
    } catch (error) {
      if (tries > 400) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}

describe('kill -9', function () {
  this.timeout(180_000);
  let dir: string;
  let port: string;
  let server: ServerProcess;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'parley-kill-'));
    port = String(await freePort());
    server = await startServer(dir, { PORT: port });
  });
  afterEach(async () => {
    server.kill('SIGKILL');
    await server.ended();
    await rm(dir, { recursive: true, force: true });
  });

  const again = async (): Promise<void> => {
    server.kill('SIGKILL');
    await server.ended();
    server = await startServer(dir, { PORT: port });
  };

  it('between two messages: the next one goes on where it was', async () => {
    const ana = new Visitor(server.url);
    await ana.start('order-status');
    await again();
    const later = new Visitor(server.url);
    later.session = ana.session;
    expect(await later.say('CU001')).to.deep.equal(TRANSCRIPT.slice(2, 5));
    await again();
    const last = new Visitor(server.url);
    last.session = ana.session;
    expect(await last.say('no')).to.deep.equal(TRANSCRIPT.slice(5));
    expect(await transcript(server.url, ana.session)).to.deep.equal(TRANSCRIPT);
  });

  it('again and again under load: every visitor sees the reference transcript', async () => {
    const visitors = Array.from({ length: 40 }, () => new Visitor(server.url));
    await Promise.all(visitors.map((visitor) => visitor.start('order-status')));
    const at =
      (session: string) =>
      (url: string): Visitor =>
        Object.assign(new Visitor(url), { session });
    const talk = async ({ session }: Visitor): Promise<void> => {
      await sayUntilTaken(at(session), () => server.url, 'CU001', 'a');
      await sayUntilTaken(at(session), () => server.url, 'no', 'b');
    };
    const talks = Promise.all(visitors.map(talk));
    for (const pause of [15, 30, 60]) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      await again();
    }
    await talks;
    for (const { session } of visitors) expect(await transcript(server.url, session)).to.deep.equal(TRANSCRIPT);
  });

  it('a second process on the same DATA_DIR is refused with one clear line', async () => {
    const { code, error } = await failedStart(dir);
    expect(code).to.equal(1);
    expect(error).to.match(new RegExp(`in use.*${server.pid}`));
    expect(error.trim().split('\n').length).to.be.lessThan(3);
  });
});
