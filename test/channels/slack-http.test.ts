import { expect } from 'chai';
import { signed } from '../support/slack-server.ts';
import { Workspace } from './slack-kit.ts';

const FLOW = `
flow: hello
triggers: [{ catch_all: true }]
blocks:
  - { id: done, type: end, text: "Hello." }
`;

const MINUTE = 60_000;
const EVENT = { type: 'event_callback', team_id: 'T1', event_id: 'Ev1' };

describe('slack by http', function () {
  this.timeout(60_000);
  let work: Workspace;
  before(async () => (work = await Workspace.open('http', FLOW)));
  after(() => work.close());

  const send = async (body: string, headers: Record<string, string>): Promise<number> => {
    const url = `${work.server.url}/channels/slack/events`;
    return (await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } }))
      .status;
  };

  it('answers the challenge with which Slack checks the address', async () => {
    const answer = await work.post({ type: 'url_verification', challenge: 'abc', token: 'x' });
    expect([answer.status, await answer.json()]).to.deep.equal([200, { challenge: 'abc' }]);
  });

  const body = JSON.stringify({ type: 'url_verification', challenge: 'abc' });
  const good = (at = Date.now()): Record<string, string> => signed('shhh', body, at);
  const BAD: readonly (readonly [why: string, headers: () => Record<string, string>])[] = [
    ['no signature', () => ({})],
    ['another secret', () => signed('other', body, Date.now())],
    ['another body', () => signed('shhh', `${body} `, Date.now())],
    ['a time from 6 minutes ago', () => good(Date.now() - 6 * MINUTE)],
    ['a time in 6 minutes', () => good(Date.now() + 6 * MINUTE)],
    ['a time that is none', () => ({ ...good(), 'x-slack-request-timestamp': 'soon' })],
    [
      'another time than the signed one',
      () => ({ ...good(), 'x-slack-request-timestamp': String(Math.floor(Date.now() / 1000) - 2) }),
    ],
    ['half a signature', () => ({ ...good(), 'x-slack-signature': 'v0=00' })],
    ['no version', () => ({ ...good(), 'x-slack-signature': (good()['x-slack-signature'] ?? '').replace('v0=', '') })],
    ['an empty signature', () => ({ ...good(), 'x-slack-signature': '' })],
  ];
  for (const [why, headers] of BAD)
    it(`refuses a request with ${why}`, async () => expect(await send(body, headers())).to.equal(401));

  it('takes a signature of 4 minutes ago', async () =>
    expect(await send(body, good(Date.now() - 4 * MINUTE))).to.equal(200));

  it('lets nothing in that calls itself a check of the certificate, or puts its payload beside it', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const payload = JSON.stringify({ type: 'block_actions', user: { id: 'U1' } });
    for (const text of ['ssl_check=1', `ssl_check=1&token=x&payload=${encodeURIComponent(payload)}`]) {
      expect(await send(text, form)).to.equal(401);
      expect(await send(text, { ...form, ...signed('shhh', text, Date.now()) })).to.equal(200);
    }
  });

  it('refuses more than 1 MB, signed or not', async () => {
    const large = JSON.stringify({ text: 'x'.repeat(1024 * 1024) });
    expect(await send(large, signed('shhh', large, Date.now()))).to.equal(413);
  });

  for (const text of ['{', 'null', '[]', '"x"', '', '{"a":'])
    it(`refuses the signed body ${JSON.stringify(text)}`, async () =>
      expect(await send(text, signed('shhh', text, Date.now()))).to.equal(400));

  // Slack would send these again, and again, if they were not acknowledged.
  const ODD: readonly (readonly [what: string, payload: object])[] = [
    ['app_rate_limited', { type: 'app_rate_limited', team_id: 'T1', minute_rate_limited: 1 }],
    ['an unknown type', { type: 'something_new' }],
    ['an event that is null', { ...EVENT, event: null }],
    ['an event that is a text', { ...EVENT, event: 'x' }],
    ['an event without a type', { ...EVENT, event: {} }],
    ['an event with a null channel', { ...EVENT, event: { type: 'message', channel: null, user: null } }],
    ['an event with numbers for ids', { ...EVENT, event: { type: 'message', channel: 1, user: 2, ts: 3, text: 4 } }],
    ['an event with a null item', { ...EVENT, event: { type: 'reaction_added', item: null } }],
    ['actions that are empty', { type: 'block_actions', user: { id: 'U1' }, actions: [] }],
    ['actions without a user', { type: 'block_actions', actions: [{ action_id: 'parley:pick:0', value: 'x' }] }],
    ['authorizations that are null', { ...EVENT, authorizations: null, event: { type: 'message' } }],
    ['tokens_revoked', { ...EVENT, event: { type: 'tokens_revoked', tokens: { bot: ['UBOT'] } } }],
    ['app_uninstalled', { ...EVENT, event: { type: 'app_uninstalled' } }],
    [
      'an event of an organisation',
      {
        ...EVENT,
        context_team_id: 'T2',
        context_enterprise_id: 'E1',
        is_ext_shared_channel: true,
        authorizations: [],
        event: { type: 'team_join', user: {} },
      },
    ],
    [
      'a press whose message is gone',
      {
        type: 'block_actions',
        user: { id: 'U1' },
        actions: [{ action_id: 'parley:pick:0', value: 'x', action_ts: '1' }],
        response_url: 'https://evil.example',
      },
    ],
    ['a view', { type: 'view_submission', user: { id: 'U1' }, view: { id: 'V1', callback_id: 'x' } }],
    ['a shortcut', { type: 'shortcut', user: { id: 'U1' }, callback_id: 'x' }],
  ];
  for (const [i, [what, payload]] of ODD.entries())
    it(`acknowledges ${what}`, async () => {
      const own = 'event_id' in payload ? { event_id: `Ev-odd-${i}` } : {};
      expect((await work.post({ ...payload, ...own })).status).to.equal(200);
    });

  it('has said nothing to any of these', async () => expect(await work.said()).to.deep.equal([]));
});

describe('slack by http, when Slack is away at the start', function () {
  this.timeout(60_000);
  it('asks Slack to come back until it is there, and the server runs', async () => {
    const work = await Workspace.open('http', FLOW, {}, (slack) => {
      slack.once('auth.test', () => ({ status: 503 }));
      slack.once('auth.test', () => ({ status: 200, lost: true }));
      slack.once('auth.test', () => ({ ok: false, error: 'internal_error' }));
    });
    try {
      const event = { type: 'message', channel: 'D1', channel_type: 'im', user: 'U1', text: 'hi', ts: work.ts() };
      expect((await work.post(work.envelope(event))).status).to.be.oneOf([200, 503]);
      await work.slack.until(() => work.slack.bodies('auth.test').length >= 5);
      let status = 0;
      for (let i = 0; i < 100 && status !== 200; i += 1) status = (await work.post(work.envelope(event))).status;
      expect(status).to.equal(200);
      expect(await work.said()).to.deep.equal(['Hello.']);
    } finally {
      await work.close();
    }
  });
});
