import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { INBOX_LIMIT } from '../../src/inbox/accept.ts';
import { describeMongo } from '../stores/mongo-kit.ts';
import { startApp } from '../support/app.ts';
import type { AppChoices } from '../support/app.ts';
import { Cluster } from '../support/cluster.ts';
import { EagerVisitor } from '../support/eager.ts';
import { ScriptedChannel } from '../support/scripted.ts';
import { Figures, compare, expectAtRest } from './invariants.ts';

const ECHO = `flow: echo
triggers: [ { catch_all: true } ]
blocks:
  - { id: q, type: question, text: "said @(default(q, 'nothing'))", next: q }
`;

/** Messages almost as large as they may be. */
const LARGE = 'x'.repeat(12_000);

/** One contact sends a great deal at once; answers how many requests had each status. */
async function flood(url: string, session: string, size: number): Promise<Map<number, number>> {
  const answers = new Map<number, number>();
  await Promise.all(
    Array.from({ length: size }, async (_, n) => {
      const response = await fetch(`${url}/api/chat/${session}/messages`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ id: `f${n}`, text: `${n} ${LARGE}` }),
      });
      await response.text();
      if (response.status === 503) expect(response.headers.get('retry-after')).to.equal('1');
      answers.set(response.status, (answers.get(response.status) ?? 0) + 1);
    }),
  );
  return answers;
}

/** A short chat beside the flood. */
async function bystander(url: string, figures: Figures): Promise<void> {
  const visitor = new EagerVisitor(url);
  await visitor.start('echo');
  await visitor.say('one', 'a');
  await visitor.say('two', 'b');
  figures.add(compare(await visitor.transcript('echo'), ['said nothing', 'said one', 'said two']));
}

/** What a flood by HTTP comes to: some of it is refused, what was acknowledged counts once, and others chat on. */
async function judge(cluster: Cluster, size: number): Promise<string> {
  await cluster.open(1, { echo: ECHO });
  const { url } = cluster.server(0);
  const loud = new EagerVisitor(url);
  await loud.start('echo');
  const flooding = flood(url, loud.session, size);
  const figures = new Figures();
  await Promise.all(Array.from({ length: 5 }, () => bystander(url, figures)));
  figures.expectClean();
  const answers = await flooding;
  const count = (status: number): number => answers.get(status) ?? 0;
  const taken = count(200) + count(202);
  expect(taken + count(503)).to.equal(size);
  expect(count(503), 'some had to be refused').to.be.greaterThan(0);
  // The last word comes after all that was taken before it.
  await loud.say('the end', 'end');
  expect((await loud.transcript('echo')).length, 'what was acknowledged, and no more').to.equal(1 + taken + 1);
  return `${taken} of ${size} taken, ${count(503)} told to come again`;
}

/** Turns of a flood that may come between a message of somebody else and its turn: a few, however long the flood is. */
const BETWEEN = 25;

/**
 * How many turns of a flood come between a bystander's message and its own turn, at most. Counted in turns, so it says
 * the same on every machine: whoever has to wait for the flood waits for hundreds.
 */
async function turnsBetween(choices: AppChoices): Promise<number> {
  const scripted = new ScriptedChannel('unseen');
  const server = await startApp({ 'echo.yaml': ECHO }, { ...choices, channels: [scripted.channel] });
  const loudTurns = (): number =>
    server.turns.filter(({ conversation }) => conversation.contact.address === 'loud').length;
  const flooding = Array.from({ length: INBOX_LIMIT }, (_, n) => scripted.say(`f${n}`, 'loud'));
  await Promise.all(flooding.slice(0, 20));
  const between = await Promise.all(
    Array.from({ length: 10 }, async (_, n) => {
      const before = loudTurns();
      await scripted.say('hello', `quiet${n}`);
      const own = (): number =>
        server.turns.findIndex(({ conversation }) => conversation.contact.address === `quiet${n}`);
      while (own() === -1) await pause(1);
      const earlier = server.turns.slice(0, own());
      return earlier.filter(({ conversation }) => conversation.contact.address === 'loud').length - before;
    }),
  );
  expect(loudTurns(), 'the flood was still there').to.be.lessThan(INBOX_LIMIT);
  const taken = (await Promise.all(flooding)).filter((receipt) => receipt === 'accepted').length;
  await server.app.idle();
  expect(loudTurns()).to.equal(taken);
  await server.close();
  return Math.max(...between);
}

describe('a flood from one contact', function () {
  this.timeout(180_000);
  const cluster = new Cluster();
  after(() => cluster.close());

  it('is bounded: what does not fit is refused, what was acknowledged counts once', async () => {
    process.stdout.write(`      embedded: ${await judge(cluster, 1000)}\n`);
  });

  it('makes others wait for a few of its turns, not for all of them', async () => {
    expect(await turnsBetween({})).to.be.at.most(BETWEEN);
  });
});

describeMongo('a flood from one contact, on MongoDB', (database) => {
  const cluster = new Cluster(database.uri);
  after(() => cluster.close());

  it('is bounded: what does not fit is refused, what was acknowledged counts once', async function () {
    this.timeout(180_000);
    process.stdout.write(`      MongoDB: ${await judge(cluster, 100)}\n`);
    expect(await expectAtRest(await database.open())).to.equal(6);
  });

  it('makes others wait for a few of its turns, not for all of them', async function () {
    this.timeout(180_000);
    expect(await turnsBetween({ mongo: database.uri })).to.be.at.most(BETWEEN);
  });
});
