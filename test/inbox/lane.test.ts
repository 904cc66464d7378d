import { expect } from 'chai';
import { Runner } from '../../src/conversation/runner.ts';
import type { CallOutcome } from '../../src/domain/call.ts';
import { newContact } from '../../src/domain/contact.ts';
import type { Entry } from '../../src/domain/entry.ts';
import { ParleyError } from '../../src/domain/error.ts';
import type { Flow } from '../../src/domain/flow.ts';
import { worldWith } from '../../src/domain/world.ts';
import { compileFlow } from '../../src/flow/compile.ts';
import { Inbox } from '../../src/inbox/accept.ts';
import { Lanes } from '../../src/inbox/lanes.ts';
import { Sender } from '../../src/outbox/sender.ts';
import { openStore } from '../../src/store/index.ts';
import { patient } from '../../src/store/patient.ts';
import type { Store } from '../../src/store/store.ts';

const ana = newContact('test', 'ana');
const say = (id: string): Entry => ({ kind: 'message', id, at: Date.now(), message: { text: id } });

const ECHO = `flow: echo
triggers: [ { catch_all: true } ]
blocks:
  - { id: it, type: message, text: "you said @message.text" }
`;

const HOLD = `flow: slow
triggers: [ { catch_all: true } ]
blocks:
  - id: hook
    type: webhook
    url: "https://api.example/x"
    hold: { message: "One moment, please.", every: 1s }
    on_failure: fin
  - { id: fin, type: end, text: "Done: @hook.status" }
`;

interface Bench {
  readonly store: Store;
  readonly sent: string[];
  readonly failures: string[];
  say(entry: Entry): Promise<void>;
  close(): Promise<void>;
}

/** Everything between the inbox and a channel, over a store in memory. */
async function bench(
  text: string,
  with_: {
    poison?: string;
    call?: () => Promise<CallOutcome>;
    wrap?: (store: Store) => Store;
  } = {},
): Promise<Bench> {
  const opened = await openStore({ dataDir: ':memory:' });
  const store = patient(with_.wrap?.(opened) ?? opened);
  const { flow, diagnostics } = compileFlow(text, 'test.yaml');
  if (flow === null) throw new Error(JSON.stringify(diagnostics));
  const flows = {
    current: (): Flow => flow,
    all: () => [flow],
    integration: () => undefined,
    version: async () => flow,
  };
  const context = {
    world: worldWith('key'),
    serverUrl: 'http://parley.test',
    publicUrl: 'http://parley.test',
    timezone: 'UTC',
    tracing: false,
    integration: () => undefined,
  };
  const [sent, failures]: [string[], string[]] = [[], []];
  const runner = new Runner({
    store,
    flows,
    context,
    report: () => undefined,
    failed: (error) => failures.push(String(error)),
  });
  const sender = new Sender({
    store,
    now: Date.now,
    report: () => undefined,
    post: () => Promise.reject(new Error('nothing is posted here')),
    channel: () => ({
      type: {
        name: 'test',
        title: 'Test',
        summary: '',
        needs: [],
        limits: { text: 1, caption: 1, buttons: 0, buttonLabel: 1, list: 0, listLabel: 1 },
        repeat: 'seen',
        open: () => Promise.reject(new Error('open already')),
      },
      open: {
        send: async ({ message }) => {
          sent.push(message.text ?? '');
          return { kind: 'sent' };
        },
        close: async () => undefined,
      },
    }),
  });
  const lanes = new Lanes(store, {
    send: (conversation, token, done, under) => sender.send(conversation, token, done, under),
    turn: async (conversation, token, entry, done) => {
      if (entry.id === with_.poison) throw new Error('this entry cannot be taken');
      return runner.turn(conversation, token, entry, done);
    },
    bury: (conversation, token, entry, done, error) => runner.bury(conversation, token, entry, done, error),
    call: async (call) => ({
      kind: 'call',
      id: call.key,
      at: Date.now(),
      key: call.key,
      cause: call.cause,
      outcome: (await with_.call?.()) ?? { kind: 'failed', code: 'network', reason: 'nobody' },
    }),
    settled: () => undefined,
    failed: (_, error) => failures.push(String(error)),
    now: Date.now,
  });
  const inbox = new Inbox(store, lanes, 'owner');
  return {
    store,
    sent,
    failures,
    say: async (entry) => {
      expect(await inbox.accept(ana, entry)).to.equal('accepted');
    },
    close: async () => {
      await lanes.idle();
      await lanes.drain(0);
      await store.close();
    },
  };
}

const later = <T>(ms: number, value: T): Promise<T> => new Promise((resolve) => setTimeout(() => resolve(value), ms));

describe('a lane', () => {
  it('an entry that cannot be taken becomes a dead letter after three tries, and the contact goes on', async () => {
    const on = await bench(ECHO, { poison: 'bad' });
    await Promise.all([on.say(say('one')), on.say(say('bad')), on.say(say('two'))]);
    const letters = async (): Promise<readonly unknown[]> =>
      (await on.store.page({ kind: 'dead_letter', limit: 10 })).map(({ body }) => [body['contact'], body['reason']]);
    while (on.sent.length < 2) await later(20, null);
    expect(on.sent).to.deep.equal(['you said one', 'you said two']);
    expect(on.failures).to.have.length(3);
    expect(await letters()).to.deep.equal([['test:ana', 'this entry cannot be taken']]);
    await on.close();
  });

  it('while a call takes long the contact hears the hold message, and each message once', async () => {
    const answer: CallOutcome = { kind: 'answered', status: 200, headers: {}, body: '{}', json: {} };
    const on = await bench(HOLD, { call: () => later(2500, answer) });
    await on.say(say('go'));
    while (on.sent.at(-1) !== 'Done: 200') await later(50, null);
    expect(on.sent).to.deep.equal(['One moment, please.', 'One moment, please.', 'Done: 200']);
    const lines = await on.store.transcript(ana.id, { after: 0, limit: 50 });
    expect(lines.flatMap((line) => (line.kind === 'out' ? [line.message.text] : []))).to.deep.equal(on.sent);
    await on.close();
  });

  it('a store that is busy for a moment is asked again, and nothing is done twice', async () => {
    let refusals = 4;
    const flaky = (store: Store): Store => ({
      ...patient(store),
      commit: async (change) => {
        if (refusals > 0 && (refusals -= 1) >= 0) throw new ParleyError('busy', 'away');
        return store.commit(change);
      },
    });
    const on = await bench(ECHO, { wrap: flaky });
    await on.say(say('one'));
    while (on.sent.length < 1) await later(20, null);
    expect(on.sent).to.deep.equal(['you said one']);
    expect(on.failures).to.deep.equal([]);
    await on.close();
  });
});
