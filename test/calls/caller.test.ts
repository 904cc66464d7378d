import { expect } from 'chai';
import { createCaller } from '../../src/calls/caller.ts';
import type { Client } from '../../src/calls/client.ts';
import { CANCELLED } from '../../src/calls/deadline.ts';
import { failed } from '../../src/calls/failure.ts';
import type { CallRow } from '../../src/calls/row.ts';
import type { CallOutcome, CallRequest } from '../../src/domain/call.ts';
import { FrozenWorld } from '../../src/testing/world.ts';
import { ABOUT, SECRET, Scene, answer, asked } from './scene.ts';
import { sourceOf } from './secrets.ts';
import { clientFor, gist, listen, response } from './support.ts';

describe('a call', () => {
  const retry = { attempts: 3, backoff: 1000, on: ['timeout', 'network', '429', '5xx'] } as const;
  const timeout: CallOutcome = { kind: 'timed_out', reason: 'late' };

  const courses: readonly (readonly [string, readonly CallOutcome[], Partial<CallRequest>, readonly string[]])[] = [
    ['is made once', [answer(500)], {}, ['500']],
    ['is made once when it works', [answer(200)], { retry }, ['200']],
    ['is tried until it works', [answer(500), timeout, answer(201)], { retry }, ['500', 'timed_out', '201']],
    ['is given up after its tries', [failed('network', 'x')], { retry }, ['network', 'network', 'network']],
    [
      'is not tried again for what the author did not name',
      [answer(500)],
      { retry: { ...retry, on: ['429'] } },
      ['500'],
    ],
    ['is not tried again when the host gets no more', [answer(500), failed('busy', 'x')], { retry }, ['500', 'busy']],
  ];
  for (const [what, outcomes, more, wanted] of courses) {
    it(what, async () => {
      const scene = new Scene(outcomes);
      const outcome = await scene.caller.call(asked(more), 'key-1', ABOUT);
      expect(gist(outcome)).to.equal(wanted.at(-1));
      expect(scene.rows.map(({ status, code, result }) => String(status ?? code ?? result))).to.deep.equal(wanted);
      expect(scene.rows.map(({ attempt }) => attempt)).to.deep.equal(wanted.map((_, i) => i + 1));
      expect(scene.sent.map(({ key }) => key)).to.deep.equal(wanted.map(() => 'key-1'));
      expect(scene.waits).to.have.length(wanted.length - 1);
    });
  }

  it('of one contact that always ends in a fault closes the API for nobody', async () => {
    const server = await listen((socket) => socket.write(response('', [], '500 No')));
    const client = clientFor(['127.0.0.1']);
    const log = { write: (): void => undefined };
    const caller = createCaller({ client, world: new FrozenWorld(), log, secrets: sourceOf({}) });
    const from = async (contact: string): Promise<string> =>
      gist(await caller.call(asked({ url: server.url }), 'k', { ...ABOUT, contact }));
    for (let i = 0; i < 20; i += 1) expect(await from('web:mallory')).to.equal('500');
    const others = ['web:1', 'web:2', 'web:3', 'web:4', 'web:5'];
    for (const [i, contact] of others.entries()) expect(await from(contact)).to.equal(i < 4 ? '500' : 'busy');
    await client.close();
    await server.close();
  });

  it('waits as the server asks, by its clock', async () => {
    const date = new Date(new FrozenWorld().now() + 40 + 30_000).toUTCString();
    const headers = [{ 'retry-after': '7' }, { 'retry-after': date }];
    const scene = new Scene([answer(429, '', headers[0]), answer(503, '', { 'retry-after': '0' }), answer(200)]);
    await scene.caller.call(asked({ retry: { ...retry, backoff: 10 } }), 'k', ABOUT);
    expect(scene.waits[0]).to.equal(7_000);
    const dated = new Scene([answer(503, '', headers[1]), answer(200)]);
    await dated.caller.call(asked({ retry: { ...retry, backoff: 10 } }), 'k', ABOUT);
    expect(dated.waits[0]).to.be.within(29_000, 30_000);
  });

  it('ends at once when nobody waits for it any more', async () => {
    const scene = new Scene([answer(500)]);
    const stop = new AbortController();
    scene.during = () => stop.abort();
    expect(await scene.caller.call(asked({ retry }), 'k', ABOUT, stop.signal)).to.equal(CANCELLED);
    expect(scene.sent).to.have.length(1);
    const cancelled = new Scene([CANCELLED]);
    expect(await cancelled.caller.call(asked({ retry }), 'k', ABOUT)).to.equal(CANCELLED);
    expect(cancelled.sent).to.have.length(1);
  });

  it('really waits, and stops waiting, when it is given no clock of its own', async () => {
    const stop = new AbortController();
    let sent = 0;
    const send: Client['send'] = async () => {
      sent += 1;
      setImmediate(() => stop.abort());
      return await Promise.resolve(answer(500));
    };
    const caller = createCaller({
      client: { send },
      world: new FrozenWorld(),
      log: { write: () => undefined },
      secrets: sourceOf({}),
    });
    const slow = asked({ retry: { ...retry, backoff: 60_000 } });
    expect(await caller.call(slow, 'k', ABOUT, stop.signal)).to.equal(CANCELLED);
    expect(sent).to.equal(1);
    const quick = asked({ retry: { ...retry, backoff: 1 } });
    expect(gist(await caller.call(quick, 'k', ABOUT))).to.equal('500');
    expect(sent).to.equal(4);
  });

  it('keeps its key over tries on the wire, and each try its own time', async () => {
    let count = 0;
    const server = await listen((socket) => {
      count += 1;
      if (count === 2) socket.write(response('{"ok":true}', [`Content-Type: application/json`]));
    });
    const client = clientFor(['127.0.0.1']);
    const rows: CallRow[] = [];
    const caller = createCaller({
      client,
      world: new FrozenWorld(),
      log: { write: (row) => void rows.push(row) },
      secrets: sourceOf({ secrets: { key: SECRET } }),
      sleep: async () => await Promise.resolve(),
    });
    const made = asked({ url: server.url, timeout: 150, retry, headers: { 'Api-Key': [{ secret: 'secret.key' }] } });
    expect(gist(await caller.call(made, 'stable-key', ABOUT))).to.equal('200');
    expect(server.seen).to.have.length(2);
    for (const head of server.seen) {
      expect(head).to.include('Idempotency-Key: stable-key\r\n').and.to.include(`Api-Key: ${SECRET}\r\n`);
    }
    expect(rows.map(({ result }) => result)).to.deep.equal(['timed_out', 'answered']);
    await client.close();
    await server.close();
  });
});
