import { expect } from 'chai';
import { CANCELLED, startDeadline } from '../../src/calls/deadline.ts';
import type { Deadline } from '../../src/calls/deadline.ts';
import { failed } from '../../src/calls/failure.ts';
import { createGate } from '../../src/calls/gate.ts';
import type { Gate, GateLimits } from '../../src/calls/gate.ts';
import type { CallOutcome } from '../../src/domain/call.ts';
import { gist } from './support.ts';

const OK = answer(200);
const BROKEN = failed('network', 'no answer');

describe('the gate', () => {
  let now = 0;
  const deadlines: Deadline[] = [];
  const gateWith = (limits: Partial<GateLimits>): Gate => createGate(limits, () => now);
  const deadline = (timeout = 60_000): Deadline => {
    const made = startDeadline(timeout, 'a.example');
    deadlines.push(made);
    return made;
  };
  /** Calls that go on until they are told how they end. */
  const held = (
    gate: Gate,
  ): {
    outcomes: Promise<CallOutcome>[];
    going: ((outcome: CallOutcome) => void)[];
    readonly call: (host?: string, one?: Deadline) => void;
  } => {
    const [outcomes, going]: [Promise<CallOutcome>[], ((outcome: CallOutcome) => void)[]] = [[], []];
    const send = async (): Promise<CallOutcome> => await new Promise((resolve) => going.push(resolve));
    return {
      outcomes,
      going,
      call: (host = 'a.example', one = deadline()) => void outcomes.push(gate.pass(host, one, send)),
    };
  };
  const settled = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

  beforeEach(() => {
    now = 0;
  });
  afterEach(() => {
    for (const one of deadlines.splice(0)) one.release();
  });

  it('lets so many calls of a host go at once, the others in order of arrival, and other hosts freely', async () => {
    const { outcomes, going, call } = held(gateWith({ running: 2 }));
    for (let i = 0; i < 5; i += 1) call();
    call('b.example');
    await settled();
    expect(going).to.have.length(3);
    for (let i = 0; i < 6; i += 1) {
      going[i]?.(answer(200 + i));
      await settled();
      expect(going.length - (i + 1)).to.be.at.most(3);
    }
    expect((await Promise.all(outcomes)).map(gist)).to.deep.equal(['200', '201', '203', '204', '205', '202']);
  });

  it('keeps the limit when places come free while others arrive', async () => {
    let [running, most] = [0, 0];
    const gate = gateWith({ running: 4, waiting: 1000 });
    const send = async (): Promise<CallOutcome> => {
      running += 1;
      most = Math.max(most, running);
      await settled();
      running -= 1;
      return OK;
    };
    const wave = async (): Promise<unknown> =>
      await Promise.all(Array.from({ length: 50 }, async () => gist(await gate.pass('a', deadline(), send))));
    await Promise.all([wave(), settled().then(wave), settled().then(settled).then(wave)]);
    expect(most).to.equal(4);
  });

  it('refuses what would wait behind too many', async () => {
    const { outcomes, going, call } = held(gateWith({ running: 1, waiting: 2 }));
    for (let i = 0; i < 4; i += 1) call();
    const refused = await outcomes[3];
    expect(refused).to.deep.equal(failed('busy', 'a.example has 2 requests waiting already; nothing was sent.'));
    expect(going).to.have.length(1);
  });

  it('waiting counts against the deadline, and a call that gave up takes no place', async () => {
    const { outcomes, going, call } = held(gateWith({ running: 1 }));
    call();
    call('a.example', deadline(1));
    const cancelled = deadline();
    call('a.example', cancelled);
    call();
    expect(gist((await outcomes[1]) ?? OK)).to.equal('timed_out');
    cancelled.cancel();
    expect(await outcomes[2]).to.equal(CANCELLED);
    going[0]?.(OK);
    await settled();
    expect(going).to.have.length(2);
    going[1]?.(answer(204));
    expect(gist((await outcomes[3]) ?? OK)).to.equal('204');
  });

  it('says how long a broken host is left alone, sends nothing meanwhile, and then one probe', async () => {
    const gate = gateWith({ failures: 3 });
    let sent = 0;
    const send = async (outcome: CallOutcome): Promise<CallOutcome> =>
      await gate.pass('a.example', deadline(), async () => {
        sent += 1;
        return await Promise.resolve(outcome);
      });
    for (let i = 0; i < 3; i += 1) expect(await send(BROKEN)).to.equal(BROKEN);
    now = 500;
    expect(await send(OK)).to.deep.equal(failed('busy', 'a.example answers nothing but failures; next try in 10 s.'));
    expect(sent).to.equal(3);
    expect(await gate.pass('b.example', deadline(), async () => await Promise.resolve(OK))).to.equal(OK);
    now = 10_000;
    const both = await Promise.all([send(BROKEN), send(OK)]);
    expect(both.map(gist)).to.deep.equal(['network', 'busy']);
    expect(both[1]).to.have.property('reason').that.includes('next try in 1 s');
    now = 29_999;
    expect(gist(await send(OK))).to.equal('busy');
    now = 30_000;
    expect([gist(await send(OK)), gist(await send(OK))]).to.deep.equal(['200', '200']);
    expect(sent).to.equal(6);
  });

  it('the faults of one contact close no host, those of several do', async () => {
    const gate = gateWith({});
    const send = async (who: string): Promise<string> =>
      gist(await gate.pass('a.example', deadline(), async () => await Promise.resolve(answer(500)), who));
    for (let i = 0; i < 30; i += 1) expect(await send('mallory')).to.equal('500');
    for (const who of ['a', 'b', 'c', 'd']) expect(await send(who)).to.equal('500');
    expect(await send('e')).to.equal('busy');
  });

  it('calls that waited while the host broke are not sent after it', async () => {
    const { outcomes, going, call } = held(gateWith({ running: 1, failures: 1 }));
    for (let i = 0; i < 3; i += 1) call();
    await settled();
    going[0]?.(BROKEN);
    expect((await Promise.all(outcomes)).map(gist)).to.deep.equal(['network', 'busy', 'busy']);
    expect(going).to.have.length(1);
  });

  it('a call that throws gives its place back', async () => {
    const gate = gateWith({ running: 1 });
    const broken = async (): Promise<CallOutcome> => await Promise.reject(new Error('a bug'));
    const thrown = await gate.pass('a', deadline(), broken).catch((error: unknown) => error);
    expect(thrown).to.be.instanceOf(Error);
    expect(await gate.pass('a', deadline(), async () => await Promise.resolve(OK))).to.equal(OK);
  });

  it('remembers a bounded number of hosts, the ones in use among them', async () => {
    const gate = gateWith({ hosts: 10, failures: 1 });
    const { going, outcomes, call } = held(gate);
    call('busy.example');
    for (let i = 0; i < 100; i += 1) {
      expect(await gate.pass(`h${i}`, deadline(), async () => await Promise.resolve(BROKEN))).to.equal(BROKEN);
    }
    // The newest are known to be broken, the oldest are forgotten.
    const now99 = await gate.pass('h99', deadline(), async () => await Promise.resolve(OK));
    const now0 = await gate.pass('h0', deadline(), async () => await Promise.resolve(OK));
    expect([gist(now99), gist(now0)]).to.deep.equal(['busy', '200']);
    going[0]?.(OK);
    expect((await Promise.all(outcomes)).map(gist)).to.deep.equal(['200']);
  });
});

function answer(status: number): CallOutcome {
  return { kind: 'answered', status, headers: {}, body: '' };
}
