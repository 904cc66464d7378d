import { expect } from 'chai';
import { webAddress } from '../../src/domain/contact.ts';
import { FakeWorld } from '../support/fake-host.ts';
import { Gate, Site, parrot } from './web-site.ts';
import type { Reply } from './web-site.ts';

describe('web chat: the API', function () {
  this.timeout(60_000);
  let world: FakeWorld;
  let site: Site;

  beforeEach(async () => {
    world = new FakeWorld(parrot);
    site = await Site.open(world);
  });
  afterEach(() => site.close());

  const textsOf = ({ body }: Reply): (string | undefined)[] => body.messages.map((message) => message.text);

  describe('start', () => {
    it('answers a session and what the flow says first', async () => {
      const started = await site.post('shop/start');
      expect(started.status).to.equal(200);
      expect(started.body.session).to.match(/^[\w-]{32}$/);
      expect(textsOf(started)).to.deep.equal(['Hello!', 'Tea or coffee?']);
      expect(started.body.ended).to.equal(false);
      expect(started.headers.get('cache-control')).to.equal('no-store');
    });

    it('gives every message a stable id', async () => {
      const first = await site.post('shop/start');
      const again = await site.post('shop/start', {}, { 'X-Session': first.body.session });
      const ids = first.body.messages.map((message) => message.id);
      expect(new Set(ids).size).to.equal(2);
      expect(again.body.messages.map((message) => message.id)).to.deep.equal(ids);
    });

    it('sets a cookie that scripts and other sites cannot use', async () => {
      const { headers, body } = await site.post('shop/start');
      const [pair, ...attributes] = (headers.get('set-cookie') ?? '').split('; ');
      expect(pair).to.equal(`parley_shop=${body.session}`);
      expect(attributes).to.include.members(['HttpOnly', 'SameSite=Lax', 'Path=/api/chat']).and.not.include('Secure');
    });

    it('adds Secure when the visitor came by https', async () => {
      const { headers } = await site.post('shop/start', {}, { 'X-Forwarded-Proto': 'https' });
      expect(headers.get('set-cookie')).to.contain('; Secure');
    });

    it('goes on with the session of the cookie and shows all of it', async () => {
      const session = await site.start();
      await site.say(session, { text: 'hi' });
      const again = await site.post('shop/start', {}, { Cookie: `a=b; parley_shop=${session}` });
      expect(again.body.session).to.equal(session);
      expect(textsOf(again)).to.deep.equal(['Hello!', 'Tea or coffee?', 'You said: hi']);
    });

    it('goes on from another process', async () => {
      const session = await site.start();
      const other = await Site.open(world);
      const again = await other.post('shop/start', {}, { 'X-Session': session });
      await other.close();
      expect(again.body.session).to.equal(session);
    });

    it('starts anew when asked to', async () => {
      const session = await site.start();
      const again = await site.post('shop/start', { fresh: true }, { 'X-Session': session });
      expect(again.body.session).not.to.equal(session);
    });

    it('starts anew when the chat has ended, unless the caller wants to see it', async () => {
      const session = await site.start();
      await site.say(session, { text: 'bye' });
      const anew = await site.post('shop/start', {}, { 'X-Session': session });
      expect(anew.body.session).not.to.equal(session);
      const seen = await site.post('shop/start', { fresh: false }, { 'X-Session': session });
      expect(seen.body).to.include({ session, ended: true, redirect_url: 'https://shop.example/done' });
    });

    it('does not go on with the session of another flow, an unknown or a malformed one', async () => {
      const session = await site.start('plain');
      for (const claimed of [session, 'A'.repeat(32), '../../etc', '']) {
        const started = await site.post('shop/start', {}, { 'X-Session': claimed });
        expect(started.body.session).not.to.equal(claimed);
        expect(textsOf(started)).to.have.length(2);
      }
    });

    it('tells the host which language the browser asks for', async () => {
      const { body } = await site.post('shop/start', {}, { 'Accept-Language': 'es-CO,es;q=0.9' });
      expect(world.known.get(webAddress(body.session))).to.deep.equal({ language: 'es-CO' });
    });

    it('refuses flows without a link', async () => {
      const { status, body } = await site.post('secret/start');
      expect(status).to.equal(404);
      expect(body.error).to.include({ code: 'not_found' });
    });

    for (const body of ['null', '[]', '7', '"x"', '{', '{"fresh":"yes"}', '{"fresh":null}', '{"wait":0}']) {
      it(`refuses the body ${body}`, async () => {
        const refused = await site.post('shop/start', body);
        expect([refused.status, refused.body.error?.code]).to.deep.equal([400, 'bad_request']);
      });
    }
  });

  describe('messages', () => {
    it('answers what the turn said', async () => {
      const said = await site.say(await site.start(), { text: 'hi' });
      expect([said.status, textsOf(said), said.body.ended]).to.deep.equal([200, ['You said: hi'], false]);
    });

    it('hands texts through as they are', async () => {
      const session = await site.start();
      for (const text of [
        '<img src=x onerror=alert(1)>',
        '</script><script>x',
        '{{7*7}} @secret',
        'a\u2028\r\nb',
        '😀'.repeat(500),
      ]) {
        expect(textsOf(await site.say(session, { text }))).to.deep.equal([`You said: ${text}`]);
      }
    });

    it('counts a message once and answers the same again, from every process', async () => {
      const session = await site.start();
      const body = { id: 'm1', text: 'hi' };
      const [first, twin] = await Promise.all([site.say(session, body), site.say(session, body)]);
      await site.say(session, { text: 'something else' });
      const other = await Site.open(world);
      const later = await other.say(session, body);
      await other.close();
      expect(twin.body).to.deep.equal(first.body);
      expect(later.body).to.deep.equal(first.body);
      expect(await heardFrom(session)).to.deep.equal(['hi', 'something else']);
    });

    it('keeps answering the same after the chat has ended', async () => {
      const session = await site.start();
      const before = await site.say(session, { id: '1', text: 'hi' });
      const end = await site.say(session, { id: '2', text: 'bye' });
      expect(end.body).to.deep.equal({ messages: [], ended: true, redirect_url: 'https://shop.example/done' });
      expect((await site.say(session, { id: '1', text: 'hi' })).body).to.deep.equal(before.body);
      expect((await site.say(session, { id: '2', text: 'bye' })).body).to.deep.equal(end.body);
    });

    it('does not let a client id pose as the id of another kind of entry', async () => {
      const session = await site.start();
      const start = world.kept.get(webAddress(session))?.lines[0]?.cause;
      expect(textsOf(await site.say(session, { id: start, text: 'hi' }))).to.deep.equal(['You said: hi']);
    });

    it('says the same about a chat that is over, however often it is asked', async () => {
      const session = await site.start();
      await site.say(session, { text: 'bye' });
      const over = { messages: [], ended: true, redirect_url: 'https://shop.example/done' };
      for (const _ of [1, 2]) expect((await site.say(session, { id: 'x', text: 'hush' })).body).to.deep.equal(over);
    });

    it('leads where the end says, nowhere when the flow was left, and never to a script', async () => {
      const ways = { elsewhere: 'https://other.example/x', exit: undefined, nowhere: undefined };
      for (const [text, url] of Object.entries(ways)) {
        const { body } = await site.say(await site.start(), { text });
        expect([body.ended, body.redirect_url]).to.deep.equal([true, url]);
      }
    });

    it('takes a choice with the label the visitor saw', async () => {
      const session = await site.start();
      expect(textsOf(await site.say(session, { choice: 'tea' }))).to.deep.equal(['You said: Green tea']);
      expect(textsOf(await site.say(session, { choice: 'milk' }))).to.deep.equal(['You said: milk']);
    });

    it('takes media', async () => {
      const session = await site.start();
      const media = { type: 'image', url: 'https://pictures.example/a.png', caption: 'a cat', mime: 'image/png' };
      expect(textsOf(await site.say(session, { media }))).to.deep.equal(['You said: a cat']);
      const line = world.kept.get(webAddress(session))?.lines.find((each) => each.kind === 'in');
      expect(line).to.deep.include({ message: { text: 'a cat', attachments: [media] } });
    });

    it('answers 202 when the turn takes long, and all of it when asked again', async () => {
      const gate = new Gate();
      const slow = new FakeWorld(async (turn) => {
        if (turn.entry.kind === 'message') {
          turn.say('One moment.');
          turn.commit();
          await gate.opened;
        }
        turn.say('Done.');
      });
      const slowSite = await Site.open(slow);
      const session = await slowSite.start();
      slowSite.host.patience = 20;
      const pending = await slowSite.say(session, { id: '1', text: 'go' });
      expect([pending.status, pending.body.pending, textsOf(pending)]).to.deep.equal([202, true, ['One moment.']]);
      slowSite.host.patience = null;
      gate.open();
      const done = await slowSite.say(session, { id: '1', text: 'go' });
      await slowSite.close();
      expect([done.status, done.body.pending, textsOf(done)]).to.deep.equal([200, undefined, ['One moment.', 'Done.']]);
    });

    it('leaves out media that a browser must not open, and keeps the caption', async () => {
      const media = { type: 'image', url: 'javascript:alert(1)', caption: 'look' } as const;
      const odd = await Site.open(new FakeWorld(({ say }) => say({ media })));
      const { body } = await odd.post('shop/start');
      await odd.close();
      expect(body.messages[0]).to.have.property('text', 'look');
      expect(body.messages[0]).not.to.have.property('media');
    });

    for (const refuse of ['full', 'closing'] as const) {
      it(`answers 503 when the inbox is ${refuse}`, async () => {
        const session = await site.start();
        world.refuse = refuse;
        for (const refused of [await site.say(session, { text: 'hi' }), await site.post('shop/start')]) {
          expect([refused.status, refused.body.error?.code]).to.deep.equal([503, 'busy']);
          expect(refused.headers.get('retry-after')).to.equal('1');
          expect(refused.headers.get('set-cookie')).to.equal(null);
        }
      });
    }

    it('answers 404 for sessions that do not exist', async () => {
      for (const session of ['A'.repeat(32), 'short', '%00', '__proto__', 'constructor']) {
        const refused = await site.say(session, { text: 'hi' });
        expect([refused.status, refused.body.error?.code]).to.deep.equal([404, 'not_found']);
      }
    });

    it('tells nothing about a bug', async () => {
      const session = await site.start();
      site.host.conversations.load = () => Promise.reject(new Error('password=hunter2'));
      const { status, body } = await site.say(session, { text: 'hi' });
      expect([status, body.error?.code]).to.deep.equal([500, 'internal']);
      expect(JSON.stringify(body)).not.to.contain('hunter2');
      expect(site.host.logged.join()).to.contain('hunter2');
    });

    async function heardFrom(session: string): Promise<string[]> {
      const lines = await site.host.conversations.transcript(webAddress(session), 0);
      return lines.flatMap((line) => (line.kind === 'in' ? [line.message.text] : []));
    }
  });
});
