import { mock } from 'node:test';
import { expect } from 'chai';
import { newContact, webAddress } from '../../src/domain/contact.ts';
import { FakeWorld } from '../support/fake-host.ts';
import { Gate, Site, brief, parrot } from './web-site.ts';

describe('web chat: events', function () {
  this.timeout(60_000);
  let world: FakeWorld;
  let site: Site;

  beforeEach(async () => {
    world = new FakeWorld(parrot);
    site = await Site.open(world);
  });
  afterEach(() => site.close());

  it('tells the chat from its first line, then goes on', async () => {
    const session = await site.start();
    await site.say(session, { id: 'mine', text: 'one' });
    const events = await site.events(session);
    expect(events.response.headers.get('content-type')).to.contain('text/event-stream');
    const heard = await events.take(4);
    expect(brief(heard)).to.deep.equal([
      'message Hello!',
      'message Tea or coffee?',
      'echo one',
      'message You said: one',
    ]);
    expect(heard[2]?.data.id).to.equal('mine');
    await site.say(session, { text: 'two' });
    expect(brief(await events.take(2))).to.deep.equal(['echo two', 'message You said: two']);
  });

  it('shows messages as the answers do', async () => {
    const { body } = await site.post('shop/start');
    const heard = await (await site.events(body.session)).take(2);
    expect(heard.map(({ data }) => data)).to.deep.equal(body.messages);
    expect(heard.map(({ id }) => Number(id))).to.deep.equal(body.messages.map(({ seq }) => seq));
  });

  it('goes on after the last id, by header or query; the header is newer', async () => {
    const session = await site.start();
    await site.say(session, { text: 'one' });
    const first = await (await site.events(session)).take(4);
    const last = first[1]?.id ?? '';
    const byHeader = await site.events(session, { 'Last-Event-ID': last });
    const byQuery = await site.events(session, {}, `?last_event_id=${last}`);
    const byBoth = await site.events(session, { 'Last-Event-ID': last }, '?last_event_id=1');
    for (const events of [byHeader, byQuery, byBoth]) {
      expect(await events.take(2)).to.deep.equal(first.slice(2));
    }
  });

  it('starts from the beginning when the last id is none, and misses nothing when it is too high', async () => {
    const session = await site.start();
    for (const id of ['x', '-1', '1e3', '']) {
      const events = await site.events(session, { 'Last-Event-ID': id });
      expect((await events.next()).data.text).to.equal('Hello!');
    }
    const ahead = await site.events(session, { 'Last-Event-ID': '999' });
    await site.say(session, { text: 'one' });
    expect(brief(await ahead.take(2))).to.deep.equal(['echo one', 'message You said: one']);
  });

  it('tells every tab the same, on whichever process', async () => {
    const session = await site.start();
    const other = await Site.open(world);
    const tabs = [await site.events(session), await site.events(session), await other.events(session)];
    for (let number = 0; number < 20; number += 1) await site.say(session, { id: `${number}`, text: `${number}` });
    const [first, ...rest] = await Promise.all(tabs.map((tab) => tab.take(42)));
    for (const heard of rest) expect(heard).to.deep.equal(first);
    expect(new Set(first?.map(({ id }) => id)).size).to.equal(42);
    await other.close();
  });

  it('reads on when lines come while it is reading', async () => {
    const session = await site.start();
    const transcript = site.host.conversations.transcript.bind(site.host.conversations);
    let during = 3;
    site.host.conversations.transcript = async (address, after) => {
      const lines = await transcript(address, after);
      during -= 1;
      if (during > 0)
        world.write(webAddress(session), {
          at: 0,
          cause: 'x',
          kind: 'out',
          key: `late ${during}`,
          message: { text: `late ${during}` },
        });
      return lines;
    };
    const events = await site.events(session);
    expect(brief(await events.take(4)).slice(2)).to.deep.equal(['message late 2', 'message late 1']);
  });

  it('finds out by itself when a notice of another process got lost', async () => {
    const session = await site.start();
    site.host.conversations.watch = () => () => {};
    mock.timers.enable({ apis: ['setInterval'] });
    try {
      const events = await site.events(session);
      await events.take(2);
      world.write(webAddress(session), { at: 0, cause: 'x', kind: 'out', key: 'k', message: { text: 'late' } });
      mock.timers.tick(15_000);
      expect(brief([await events.next()])).to.deep.equal(['message late']);
    } finally {
      mock.timers.reset();
    }
  });

  it('tells the end and where to go', async () => {
    const session = await site.start();
    await site.say(session, { text: 'bye' });
    const heard = await (await site.events(session)).take(4);
    expect(brief(heard).slice(2)).to.deep.equal(['echo bye', 'end https://shop.example/done']);
  });

  it('does not tell an end that another flow follows at once', async () => {
    const session = await site.start();
    const stamp = { at: 0, cause: 'x' };
    world.write(
      webAddress(session),
      { ...stamp, kind: 'ended', flow: 'shop' },
      { ...stamp, kind: 'started', flow: 'plain' },
      { ...stamp, kind: 'out', key: 'k', message: { text: 'Welcome over here' } },
    );
    const heard = await (await site.events(session)).take(3);
    expect(brief(heard).at(-1)).to.equal('message Welcome over here');
  });

  it('shows typing to the tabs of the session, once per change', async () => {
    const session = await site.start();
    const [mine, twin, other] = [
      await site.events(session),
      await site.events(session),
      await site.events(await site.start()),
    ];
    for (const tab of [mine, twin, other]) await tab.take(2);
    const contact = newContact('web', webAddress(session));
    for (const on of [true, true, false]) site.channel.typing?.(contact, on);
    for (const tab of [mine, twin]) expect(brief(await tab.take(2))).to.deep.equal(['typing true', 'typing false']);
    site.channel.typing?.(newContact('web', 'nobody'), true);
    world.write(webAddress(session), { at: 0, cause: 'x', kind: 'out', key: 'k', message: { text: 'next' } });
    expect(brief([await mine.next()])).to.deep.equal(['message next']);
  });

  it('shows typing while a call is under way, also on a process that does not make it', async () => {
    const gate = new Gate();
    const slow = new FakeWorld(async (turn) => {
      if (turn.entry.kind === 'message') {
        turn.say('One moment.');
        turn.commit();
        await gate.opened;
      }
      turn.say('Done.');
    });
    const [one, two] = [await Site.open(slow), await Site.open(slow)];
    const session = await one.start();
    const early = await two.events(session);
    await early.take(1);
    const saying = one.say(session, { text: 'go' });
    expect(brief(await early.take(3))).to.deep.equal(['echo go', 'message One moment.', 'typing true']);
    const late = await two.events(session, { 'Last-Event-ID': String(3 + 1) });
    expect(brief([await late.next()])).to.deep.equal(['typing true']);
    gate.open();
    expect(brief(await early.take(2))).to.deep.equal(['message Done.', 'typing false']);
    await saying;
    await one.close();
    await two.close();
  });

  it('is sent when it is in the transcript: sending again shows nothing twice', async () => {
    const session = await site.start();
    const events = await site.events(session);
    await events.take(2);
    const delivery = {
      kind: 'delivery',
      key: 'k',
      cause: 'x',
      flow: 'shop',
      block: 'b',
      message: { text: 'late' },
    } as const;
    world.write(webAddress(session), { at: 0, cause: 'x', kind: 'out', key: 'k', message: delivery.message });
    for (const _ of [1, 2]) {
      expect(await site.channel.send(delivery, newContact('web', webAddress(session)))).to.deep.equal({ kind: 'sent' });
    }
    await site.say(session, { text: 'hi' });
    expect(brief(await events.take(3))).to.deep.equal(['message late', 'echo hi', 'message You said: hi']);
  });

  it('stops watching when the tab closes', async () => {
    const session = await site.start();
    const gone = new Promise<void>((resolve) => {
      const watch = site.host.conversations.watch.bind(site.host.conversations);
      site.host.conversations.watch = (address, grown) => {
        const stop = watch(address, grown);
        return () => {
          stop();
          resolve();
        };
      };
    });
    const events = await site.events(session);
    await events.take(2);
    expect(world.news.listenerCount(webAddress(session))).to.equal(1);
    events.close();
    await gone;
    expect(world.news.listenerCount(webAddress(session))).to.equal(0);
  });

  it('ends all streams when the channel closes', async () => {
    const events = await site.events(await site.start());
    await events.take(2);
    await site.channel.close();
    expect(await events.block().catch(String)).to.contain('ended');
  });

  it('keeps the connection alive', async () => {
    const session = await site.start();
    mock.timers.enable({ apis: ['setInterval'] });
    try {
      const events = await site.events(session);
      await events.take(2);
      mock.timers.tick(15_000);
      expect(await events.block()).to.match(/^:/);
    } finally {
      mock.timers.reset();
    }
  });

  it('answers 404 for sessions that do not exist, to HEAD as well', async () => {
    const path = `${site.url}/api/chat/${'A'.repeat(32)}/events`;
    expect((await fetch(path)).status).to.equal(404);
    expect((await fetch(path, { method: 'HEAD' })).status).to.equal(404);
    const real = await fetch(`${site.url}/api/chat/${await site.start()}/events`, { method: 'HEAD' });
    expect(real.status).to.equal(200);
  });
});
