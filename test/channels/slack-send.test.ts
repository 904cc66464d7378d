import { expect } from 'chai';
import { Router } from 'express';
import { slack as slackChannel } from '../../channels/slack/index.ts';
import { boltLog } from '../../channels/slack/log.ts';
import { Pace } from '../../channels/slack/pace.ts';
import type { OpenChannel, Sent } from '../../src/channel/channel.ts';
import { newContact } from '../../src/domain/contact.ts';
import type { Delivery } from '../../src/domain/effect.ts';
import type { Outbound } from '../../src/domain/message.ts';
import { FakeHost, FakeWorld } from '../support/fake-host.ts';
import { SlackServer } from '../support/slack-server.ts';
import type { SlackAnswer } from '../support/slack-server.ts';
import { slackEnv } from './slack-kit.ts';

const THREAD = 'C1:1700000000.000100';

describe('slack: sending', function () {
  this.timeout(60_000);
  let slack: SlackServer;
  let host: FakeHost;
  let open: OpenChannel;
  beforeEach(async () => {
    slack = await SlackServer.start();
    host = new FakeHost(Router(), new FakeWorld(() => undefined), []);
    Object.assign(host.env, slackEnv(slack, 'http'));
    open = await slackChannel.open(host);
  });
  afterEach(async () => {
    await open.close();
    await slack.close();
  });

  const deliver = async (message: Outbound, more: Partial<Delivery> = {}, address = 'D1:U1'): Promise<Sent> => {
    const delivery = { kind: 'delivery', key: 'm1/0', cause: 'm1', flow: 'f', block: 'b', message, ...more } as const;
    return await open.send(delivery, newContact('slack', address));
  };
  const posts = (): unknown[] => slack.bodies('chat.postMessage').map(({ text }) => text);

  const fails =
    (error: string): SlackAnswer =>
    () => ({ ok: false, error });
  const ERRORS: readonly (readonly [
    what: string,
    answer: SlackAnswer,
    kind: Sent['kind'],
    reason: RegExp,
    after?: number,
  ])[] = [
    [
      '429 with Retry-After',
      () => ({ status: 429, headers: { 'retry-after': '30' } }),
      'retry',
      /fewer messages/,
      30_000,
    ],
    ['429 without it', () => ({ status: 429 }), 'retry', /Retry header/],
    ['ratelimited', fails('ratelimited'), 'retry', /fewer messages \(ratelimited\)/, 1000],
    ['500', () => ({ status: 500, body: 'oops' }), 'retry', /HTTP 500/],
    ['503', () => ({ status: 503 }), 'retry', /HTTP 503/],
    ['a page of a proxy', () => ({ status: 200, body: '<html>hello</html>' }), 'retry', /could not be reached/],
    ['403 on the way', () => ({ status: 403 }), 'retry', /SLACK_API_URL/],
    ['a redirect', () => ({ status: 302, headers: { location: 'http://elsewhere' } }), 'retry', /could not be reached/],
    ['a lost answer', () => ({ status: 200, lost: true }), 'retry', /could not be reached/],
    ['internal_error', fails('internal_error'), 'retry', /had a fault/, 1000],
    ['fatal_error', fails('fatal_error'), 'retry', /had a fault/, 1000],
    ['service_unavailable', fails('service_unavailable'), 'retry', /is down/, 5000],
    ['message_limit_exceeded', fails('message_limit_exceeded'), 'retry', /too many/, 600_000],
    ['channel_not_found', fails('channel_not_found'), 'refused', /\/invite \(channel_not_found\)\.$/],
    ['not_in_channel', fails('not_in_channel'), 'refused', /\/invite/],
    ['is_archived', fails('is_archived'), 'refused', /archived/],
    ['invalid_auth', fails('invalid_auth'), 'refused', /SLACK_BOT_TOKEN/],
    ['token_revoked', fails('token_revoked'), 'refused', /SLACK_BOT_TOKEN/],
    ['account_inactive', fails('account_inactive'), 'refused', /install it again/],
    ['missing_scope', fails('missing_scope'), 'refused', /docs\/channels\/slack\.md/],
    ['msg_too_long', fails('msg_too_long'), 'refused', /too long/],
    ['restricted_action', fails('restricted_action'), 'refused', /administrator/],
    ['invalid_blocks', fails('invalid_blocks'), 'refused', /options/],
    ['a code of tomorrow', fails('no_more_mondays'), 'refused', /^Slack answered: no_more_mondays\.$/],
    ['constructor', fails('constructor'), 'refused', /^Slack answered: constructor\.$/],
  ];
  for (const [what, answer, kind, reason, after] of ERRORS) {
    it(`${kind === 'retry' ? 'tries again after' : 'gives up over'} ${what}, in one sentence`, async () => {
      slack.once('chat.postMessage', answer);
      const sent = await deliver({ text: 'hi' });
      expect(sent).to.include({ kind });
      if (sent.kind === 'sent') return;
      expect(sent.reason)
        .to.match(reason)
        .and.match(/^[^\n]+\.$/);
      if (after !== undefined) expect(sent).to.include({ after });
      expect(slack.bodies('chat.postMessage'), 'the client must not try by itself').to.have.length(1);
    });
  }

  it('refuses an address that is none of Slack', async () => {
    for (const address of ['U1', 'C1', '+573001112233']) {
      const sent = await deliver({ text: 'hi' }, {}, address);
      expect(sent).to.include({ kind: 'refused' }).and.to.have.property('reason').that.contains(address);
    }
    expect(posts()).to.deep.equal([]);
  });

  it('posts into the thread, with its key for apps to see', async () => {
    expect(await deliver({ text: 'hi' }, {}, THREAD)).to.deep.equal({ kind: 'sent' });
    const [post] = slack.bodies('chat.postMessage');
    expect(post).to.include({ channel: 'C1', thread_ts: '1700000000.000100', text: 'hi' });
    expect(post?.['metadata']).to.deep.equal({
      event_type: 'parley_delivery',
      event_payload: { key: `slack:${THREAD} m1/0 0` },
    });
  });

  it('goes on where a long message stopped', async () => {
    const text = ['a', 'b', 'c'].map((letter) => letter.repeat(3990)).join(' ');
    slack.once('chat.postMessage', () => ({ ok: true, ts: '1.1' }));
    slack.once('chat.postMessage', () => ({ status: 429, headers: { 'retry-after': '1' } }));
    expect(await deliver({ text })).to.include({ kind: 'retry' });
    expect(await deliver({ text }, { attempts: 1 })).to.deep.equal({ kind: 'sent' });
    expect(posts().map((post) => String(post)[0])).to.deep.equal(['a', 'b', 'b', 'c']);
    expect(slack.bodies('conversations.history'), 'nothing was in doubt').to.deep.equal([]);
  });

  const keyed = (key: string): object => ({ metadata: { event_type: 'parley_delivery', event_payload: { key } } });

  it('looks whether a message is there when its answer was lost, and does not send it twice', async () => {
    slack.once('chat.postMessage', () => ({ status: 200, lost: true }));
    expect(await deliver({ text: 'hi' })).to.include({ kind: 'retry' });
    slack.once('conversations.history', () => ({ ok: true, messages: [{ text: 'x' }, keyed('slack:D1:U1 m1/0 0')] }));
    expect(await deliver({ text: 'hi' }, { attempts: 1 })).to.deep.equal({ kind: 'sent' });
    expect(posts()).to.have.length(1);
  });

  it('looks in the thread after a restart, and sends what is not there', async () => {
    slack.once('conversations.replies', () => ({ ok: true, messages: [keyed('slack:somebody else')] }));
    expect(await deliver({ text: 'hi' }, { attempts: 3 }, THREAD)).to.deep.equal({ kind: 'sent' });
    const [looked] = slack.bodies('conversations.replies');
    expect(looked).to.include({ channel: 'C1', ts: '1700000000.000100', include_all_metadata: 'true' });
    expect(posts()).to.have.length(1);
  });

  it('sends again when it cannot look', async () => {
    slack.once('conversations.history', fails('missing_scope'));
    expect(await deliver({ text: 'hi' }, { attempts: 1 })).to.deep.equal({ kind: 'sent' });
    expect(posts()).to.have.length(1);
  });

  it('does not begin anew while it is still at it', async () => {
    const both = await Promise.all([deliver({ text: 'hi' }), deliver({ text: 'hi' }, { attempts: 1 })]);
    expect(both).to.deep.equal([{ kind: 'sent' }, { kind: 'sent' }]);
    expect(posts()).to.have.length(1);
  });

  it('sends a picture that Slack cannot fetch as a link', async () => {
    slack.once('chat.postMessage', fails('invalid_blocks'));
    const media = { type: 'image', url: 'http://intranet/a.png' } as const;
    expect(await deliver({ media })).to.deep.equal({ kind: 'sent' });
    const [shown, linked] = slack.bodies('chat.postMessage').map((post) => JSON.stringify(post['blocks']));
    expect(shown).to.contain('"image_url"');
    expect(linked).to.contain('<http://intranet/a.png|image>').and.not.to.contain('"image_url"');
  });

  it('sends nothing for nothing', async () => {
    expect(await deliver({})).to.deep.equal({ kind: 'sent' });
    expect(posts()).to.deep.equal([]);
  });

  it('shows that it types in threads, and asks no more where that is refused', async () => {
    const status = (): unknown[] => slack.bodies('assistant.threads.setStatus').map((body) => body['status']);
    const [person, thread] = [newContact('slack', 'D1:U1'), newContact('slack', THREAD)];
    open.typing?.(person, true);
    open.typing?.(thread, true);
    await slack.until(() => status().length === 1);
    slack.once('assistant.threads.setStatus', fails('missing_scope'));
    open.typing?.(thread, false);
    await slack.until(() => status().length === 2);
    expect(status()).to.deep.equal(['is typing…', '']);
    await deliver({ text: 'hi' });
    open.typing?.(thread, true);
    await deliver({ text: 'hi' }, { key: 'm2/0' });
    expect(status()).to.have.length(2);
  });
});

describe('slack: pace', function () {
  this.timeout(60_000);
  it('lets five messages go at once, then one a second, for each channel by itself', () => {
    let now = 1_000_000;
    const pace = new Pace(() => now);
    const take = (channel: string, count: number): number[] => Array.from({ length: count }, () => pace.take(channel));
    expect(take('C1', 7)).to.deep.equal([0, 0, 0, 0, 0, 1000, 2000]);
    expect(take('C2', 1)).to.deep.equal([0]);
    now += 3000;
    expect(take('C1', 1)).to.deep.equal([0]);
    now += 60_000;
    expect(take('C1', 6)).to.deep.equal([0, 0, 0, 0, 0, 1000]);
  });
});

describe('slack: the log', function () {
  this.timeout(60_000);
  it('has no tokens and no debugging in it', () => {
    const lines: string[] = [];
    const log = boltLog(
      { log: (level, text) => void lines.push(`${level}: ${text}`) },
      'warn' as Parameters<typeof boltLog>[1],
    );
    log.debug('xoxb-1-secret', { body: 'hello' });
    log.info('connected');
    log.warn('token xoxb-1-secret is bad', { app: 'xapp-1-A-secret', old: 'xoxe.xoxp-1-secret' });
    log.error(new Error('xoxb-2-secret'));
    expect(lines).to.have.length(2);
    expect(lines.join('\n'))
      .to.contain('warn: token *** is bad')
      .and.not.to.match(/secret/);
  });
});
