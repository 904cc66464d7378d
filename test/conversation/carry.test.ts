import { expect } from 'chai';
import { compileFlow } from '../../src/flow/compile.ts';
import { Bench } from './bench.ts';

const HOUR = 3_600_000;

const ASKS = `blocks:
  - { id: size, type: question, text: "Size?", accept: integer, retry: { text: "A number, please." }, timeout: { after: 1h, next: late } }
  - { id: said, type: end, text: "Old @size" }
  - { id: late, type: end, text: "Old, late" }
`;

const RENAMED = `variables: { crust: { type: string, default: thin } }
moved: { size: how_big }
blocks:
  - { id: how_big, type: question, text: "How big?", accept: integer, retry: { max: 2, then: given_up } }
  - { id: said, type: end, text: "New @how_big @crust" }
  - { id: given_up, type: end, text: "Given up" }
`;

const OTHER_TYPE = `moved: { size: sorry }
blocks:
  - { id: sorry, type: message, text: "We have changed the menu." }
  - { id: dish, type: question, text: "Which dish?" }
  - { id: said, type: end, text: "New @dish" }
`;

describe('carried over', () => {
  it('a block of the same type takes the reply, with variables, defaults of the new version and what was tried', async () => {
    const bench = await Bench.open(ASKS);
    expect(await bench.say('big')).to.deep.equal(['A number, please.']);
    const live = bench.edit(RENAMED);
    expect(await bench.say('30')).to.deep.equal(['New 30 thin']);
    expect(bench.turns.at(-1)?.carried).to.match(
      new RegExp(`^moved from size of version \\w+ to how_big of ${live.version}$`),
    );
    expect(bench.turns.at(-1)?.events[0]).to.include({ kind: 'note', block: 'size' });
  });

  it('it remembers how often it has asked', async () => {
    const bench = await Bench.open(ASKS);
    await bench.say('big');
    bench.edit(RENAMED);
    expect(await bench.say('huge')).to.deep.equal(['Given up']);
  });

  it('it asks again with its own words, and from then on the session is on the live version', async () => {
    const bench = await Bench.open(ASKS);
    const live = bench.edit(RENAMED);
    await bench.say('huge');
    expect(await bench.session()).to.include({ version: live.version, block: 'how_big' });
    expect(bench.turns.at(-1)?.carried).to.be.a('string');
    await bench.say('20');
    expect(bench.turns.at(-1)?.carried).to.equal(undefined);
  });

  it('a block of another type is entered; the message is written down and nothing else', async () => {
    const bench = await Bench.open(ASKS);
    const live = bench.edit(OTHER_TYPE);
    expect(await bench.say('30')).to.deep.equal(['We have changed the menu.', 'Which dish?']);
    expect(await bench.session()).to.include({ version: live.version, block: 'dish' });
    expect(await bench.say('Soup')).to.deep.equal(['New Soup']);
  });

  it('to the end', async () => {
    const bench = await Bench.open(ASKS);
    bench.edit(OTHER_TYPE.replace('size: sorry', 'size: end'));
    expect(await bench.say('30')).to.deep.equal([]);
    expect(await bench.session()).to.equal(null);
  });

  it('without a line for its block a session stays on its version', async () => {
    const bench = await Bench.open(ASKS);
    bench.edit(RENAMED.replace('moved: { size: how_big }\n', ''));
    expect(await bench.say('30')).to.deep.equal(['Old 30']);
  });

  it('what moves nothing carries nothing: the next message finds the session as it was', async () => {
    for (const text of [RENAMED, OTHER_TYPE]) {
      const bench = await Bench.open(ASKS);
      const before = await bench.session();
      bench.edit(text);
      await bench.take({ kind: 'event', event: 'paid', data: {} });
      await bench.take({ kind: 'set', variables: {} });
      await bench.take({ kind: 'timer' });
      expect(await bench.session()).to.deep.equal(before);
      expect((await bench.say('30'))[0]).to.match(/New 30|changed the menu/);
    }
  });

  it('a timeout is that of the version which asked, and so is expiry', async () => {
    for (const [ms, said] of [
      [HOUR, ['Old, late']],
      [25 * HOUR, ['Old, late']],
    ] as const) {
      const bench = await Bench.open(ASKS);
      bench.edit(RENAMED);
      bench.world.advance(ms);
      expect(await bench.take({ kind: 'timer' })).to.deep.equal(said);
    }
  });

  it('the end of a delay goes on in the new version', async () => {
    const bench = await Bench.open(
      'blocks:\n  - { id: pause, type: delay, for: 1h }\n  - { id: say, type: end, text: "Old" }\n',
    );
    bench.edit(
      'moved: { pause: rest }\nblocks:\n  - { id: rest, type: delay, for: 5h }\n  - { id: say, type: end, text: "New" }\n',
    );
    bench.world.advance(HOUR);
    expect(await bench.take({ kind: 'timer' })).to.deep.equal(['New']);
  });

  it('a call is finished by the version that made it', async () => {
    const call =
      'blocks:\n  - { id: ID, type: webhook, url: "http://api.example/", on_failure: say }\n  - { id: say, type: end, text: "TEXT" }\n';
    const text = (id: string, said: string): string => call.replace('ID', id).replace('TEXT', said);
    const bench = await Bench.open(text('ask', 'Old'));
    const { wait } = (await bench.session()) ?? { wait: { key: '' } };
    bench.edit(`moved: { ask: fetch }\n${text('fetch', 'New')}`);
    const outcome = { kind: 'failed', code: 'network', reason: 'away' };
    expect(await bench.take({ kind: 'call', key: wait.key, cause: 'e1', outcome })).to.deep.equal(['Old']);
  });

  it('a version that nobody has kept is no hindrance', async () => {
    const bench = await Bench.open(ASKS);
    bench.versions.clear();
    bench.edit(RENAMED);
    expect(await bench.say('30')).to.deep.equal(['How big?']);
    expect(await bench.say('30')).to.deep.equal(['New 30 thin']);
  });

  it('a flow that waits for another one goes on in its live version, where that has a block that calls', async () => {
    const calls = (id: string, said: string, moved: string): string =>
      `${moved}blocks:\n  - { id: ${id}, type: subflow, flow: rate, outputs: { stars: q } }\n  - { id: say, type: end, text: "${said} @stars" }\n`;
    const rate = compileFlow('flow: rate\nblocks: [{ id: q, type: question, text: "Stars?" }]\n', 'rate.yaml').flow;
    const bench = await Bench.open('blocks: [{ id: q, type: question, text: "?" }]\n');
    if (rate !== null) bench.live.set('rate', rate).get('rate');
    if (rate !== null) bench.versions.set(rate.version, rate);
    bench.edit(calls('ask', 'Old', ''));
    for (const [edited, said] of [
      [calls('rating', 'New', 'moved: { ask: rating }\n'), 'New 5'],
      ['moved: { ask: say }\nblocks: [{ id: say, type: end, text: "New" }]\n', 'Old 5'],
    ] as const) {
      bench.edit(calls('ask', 'Old', ''));
      expect(await bench.take({ kind: 'start', flow: 'pizza' })).to.deep.equal(['Stars?']);
      bench.edit(edited);
      expect(await bench.say('5')).to.deep.equal([said]);
    }
  });

  it('a link or the API that starts the flow anew carries nothing', async () => {
    const bench = await Bench.open(ASKS);
    bench.edit(RENAMED);
    expect(await bench.take({ kind: 'start', flow: 'pizza' })).to.deep.equal(['How big?']);
    expect(bench.turns.at(-1)?.carried).to.equal(undefined);
  });
});
