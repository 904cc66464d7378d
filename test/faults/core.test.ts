import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import type { Sent } from '../../src/channel/channel.ts';
import { noting, startApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { ScriptedChannel } from '../support/scripted.ts';
import { freePort } from '../support/server.ts';

const CALLING = `flow: f
triggers: [ { catch_all: true } ]
blocks:
  - { id: one, type: message, text: one }
  - { id: call, type: webhook, url: "@server.url/demo/orders/SLOW", on_failure: sorry }
  - { id: two, type: end, text: two }
  - { id: sorry, type: end, text: sorry }
`;
const TALKING =
  'flow: f\ntriggers: [ { catch_all: true } ]\nblocks:\n  - { id: q, type: question, text: q, next: q }\n';

/** Waits for something to become true; what never does fails the test by its time limit. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(5);
}

describe('the core under trouble', function () {
  this.timeout(180_000);
  let server: TestApp | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  it('a postponed delivery in front of a call waits quietly, also with a message behind it', async () => {
    const calls: string[] = [];
    const scripted = new ScriptedChannel();
    scripted.answer = async () => ({ kind: 'retry', after: 60_000, reason: 'slow down' });
    server = await startApp(
      { 'f.yaml': CALLING },
      { channels: [scripted.channel], wrapStore: (store) => noting(store, calls) },
    );
    await scripted.say('hi');
    await until(() => scripted.sent.length > 0);
    await scripted.say('more');
    await server.app.idle();
    calls.length = 0;
    await pause(1200);
    expect(calls.filter((call) => call === 'settle')).to.have.length.lessThan(3);
    expect(scripted.sent).to.deep.equal(['one']);
  });

  it('a delivery that was put off is not sent before its time, whatever else happens', async () => {
    const scripted = new ScriptedChannel();
    scripted.answer = async () => ({ kind: 'retry', after: 60_000, reason: 'slow down' });
    server = await startApp({ 'f.yaml': TALKING }, { channels: [scripted.channel] });
    for (let i = 0; i < 6; i += 1) await scripted.say(`m${i}`);
    await until(() => scripted.sent.length > 0);
    await server.app.idle();
    expect(scripted.sent).to.have.length(1);
  });

  it('a send that never answers does not hold up the stop', async () => {
    const scripted = new ScriptedChannel();
    scripted.answer = () => new Promise<Sent>(() => undefined);
    server = await startApp({ 'f.yaml': TALKING }, { channels: [scripted.channel] });
    await scripted.say('hi');
    await until(() => scripted.sent.length > 0);
    const started = performance.now();
    await server.app.close(50);
    // A send is given up after a minute; the stop does not wait for that.
    expect(performance.now() - started).to.be.lessThan(30_000);
  });

  it('what was sent before a call is not sent again when the stop breaks the call off', async () => {
    const scripted = new ScriptedChannel();
    // The owed call names this server's address, so the next one has to be found there.
    const env = { PORT: String(await freePort()) };
    const first = await startApp({ 'f.yaml': CALLING }, { channels: [scripted.channel], keep: true, env });
    await scripted.say('hi');
    await until(() => scripted.sent.length > 0);
    await first.app.close(50);
    server = await startApp({}, { channels: [scripted.channel], dir: first.dir, env });
    await pause(1000);
    expect(scripted.sent).to.deep.equal(['one']);
  });

  it('on_error that calls an API which fails ends the session instead of going round', async () => {
    const scripted = new ScriptedChannel('unseen');
    const flow = `flow: f
triggers: [ { catch_all: true } ]
settings: { on_error: tell }
blocks:
  - { id: bad, type: jump, flow: nowhere }
  - { id: tell, type: webhook, url: "@server.url/demo/orders/BROKEN" }
`.replace('flow: nowhere', 'flow: f2');
    server = await startApp(
      {
        'f.yaml': flow,
        'f2.yaml':
          'flow: f2\nblocks:\n  - { id: w, type: webhook, url: "@server.url/demo/orders/BROKEN" }\nsettings: { on_error: w }\n',
      },
      { channels: [scripted.channel] },
    );
    await scripted.say('hi');
    await until(() => scripted.sent.length > 0);
    await server.app.idle();
    expect(scripted.sent).to.deep.equal(['Sorry, something went wrong here. Please try again later.']);
    expect(server.turns.length).to.be.lessThan(6);
  });

  it('a caller stays on its version when the flow it calls returns in the same turn', async () => {
    const scripted = new ScriptedChannel('unseen');
    const caller = (text: string): string => `flow: a
triggers: [ { catch_all: true } ]
blocks:
  - { id: q, type: question, text: q }
  - { id: sub, type: subflow, flow: b }
  - { id: end_${text}, type: end, text: ${text} }
`;
    const flows = {
      'a.yaml': caller('old'),
      'b.yaml': 'flow: b\nblocks: [ { id: x, type: message, text: inside } ]\n',
    };
    server = await startApp(flows, { channels: [scripted.channel] });
    await scripted.say('hi');
    await until(() => scripted.sent.length > 0);
    await writeFile(join(server.dir, 'flows', 'a.yaml'), caller('fresh'));
    await server.app.library.load();
    await scripted.say('go');
    await until(() => scripted.sent.length > 2);
    expect(scripted.sent).to.deep.equal(['q', 'inside', 'old']);
  });

  it('what a flow sees of a message is what the transcript has: bounded, well-formed, without NUL', async () => {
    const scripted = new ScriptedChannel('unseen');
    server = await startApp(
      { 'f.yaml': TALKING.replace('text: q', 'text: "[@(size(default(q, \'\')))]"') },
      { channels: [scripted.channel] },
    );
    await scripted.say('hi');
    await scripted.say(`a\0b\uD800${'x'.repeat(20_000)}`);
    await until(() => scripted.sent.length > 1);
    expect(scripted.sent[1]).to.equal('[16383]');
  });

  it('a flow that doubles a text is stopped, and the server goes on', async () => {
    const scripted = new ScriptedChannel('unseen');
    const flow = `flow: f
triggers: [ { catch_all: true } ]
blocks:
  - { id: x, type: set_variable, variable: v, value: "0123456789" }
  - { id: double, type: set_variable, variable: v, value: [ "@v", "@v" ] }
  - { id: again, type: condition, cases: [ { if: "size(v) > 0", next: double } ], else: end }
`;
    server = await startApp({ 'f.yaml': flow }, { channels: [scripted.channel] });
    await scripted.say('hi');
    await until(() => scripted.sent.length > 0);
    expect(server.turns.at(-1)?.events.find((event) => event.kind === 'error')).to.include({ code: 'too_large' });
  });

  it('a file that does not check after a restart leaves its last good version live', async () => {
    const first = await startApp({ 'f.yaml': TALKING }, { keep: true });
    const version = first.app.library.current('f')?.version;
    await first.app.close(100);
    await writeFile(join(first.dir, 'flows', 'f.yaml'), 'flow: f\nblocks: nonsense\n');
    server = await startApp({}, { dir: first.dir });
    expect(server.app.library.current('f')?.version).to.equal(version);
    expect(server.app.loaded.kept).to.have.length(1);
  });
});
