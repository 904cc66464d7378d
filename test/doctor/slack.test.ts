import { expect } from 'chai';
import { slack } from '../../channels/slack/index.ts';
import { SlackServer } from '../support/slack-server.ts';
import type { SlackAnswer } from '../support/slack-server.ts';
import { checked } from './kit.ts';

describe('doctor: Slack', () => {
  let server: SlackServer;
  before(async () => (server = await SlackServer.start()));
  after(() => server.close());
  beforeEach(() => server.answers.clear());
  const SCOPES =
    'chat:write,app_mentions:read,im:history,channels:history,groups:history,mpim:history,users:read,files:read,commands,files:write';
  const signedIn =
    (scopes: string): SlackAnswer =>
    () => ({
      status: 200,
      headers: { 'content-type': 'application/json', 'x-oauth-scopes': scopes },
      body: JSON.stringify({ ok: true, team: 'Acme', user: 'parley' }),
    });
  const look = (env: Record<string, string>): Promise<string[]> =>
    checked(slack, { SLACK_API_URL: server.apiUrl, SLACK_BOT_TOKEN: 'xoxb-test', ...env });
  const socket = { SLACK_APP_TOKEN: 'xapp-test' };
  const IN = 'ok Slack takes the bot token: parley in the workspace Acme';
  const OPENS = 'ok Slack opens a connection for Socket Mode';

  it('signs in with the bot token and opens a connection with the app token', async () => {
    server.answers.set('auth.test', signedIn(SCOPES));
    expect(await look(socket)).to.deep.equal([IN, OPENS]);
    expect(server.calls.slice(-2).map(({ method, authorization }) => [method, authorization])).to.deep.equal([
      ['auth.test', 'Bearer xoxb-test'],
      ['apps.connections.open', 'Bearer xapp-test'],
    ]);
  });

  it('names scopes that are missing, and what each costs', async () => {
    server.answers.set(
      'auth.test',
      signedIn('im:history, app_mentions:read, users:read, files:read, files:write, mpim:history'),
    );
    expect(await look(socket)).to.deep.equal([
      IN,
      'problem the Slack app lacks the scopes chat:write',
      'note without the scope channels:history threads in public channels are not heard',
      'note without the scope groups:history threads in private channels are not heard',
      'note without the scope commands /parley is not heard',
      OPENS,
    ]);
  });

  it('says which token Slack does not take, and why', async () => {
    server.answers.set('auth.test', () => ({ ok: false, error: 'token_revoked' }));
    server.answers.set('apps.connections.open', () => ({ ok: false, error: 'missing_scope' }));
    const [bot, app] = await look(socket);
    expect(bot).to.match(/^problem The bot token does not work: .* \(token_revoked\)\.$/);
    expect(app).to.match(/^problem The app token does not work: .*connections:write.* \(missing_scope\)\.$/);
  });

  it('looks whether the bot is where the team sits', async () => {
    const team = { ...socket, SLACK_SUPPORT_CHANNEL: 'C9' };
    expect(await look(team)).to.deep.equal([IN, 'ok the bot is in the channel of the team, C9', OPENS]);
    expect(server.bodies('conversations.history').at(-1)).to.deep.equal({ channel: 'C9', limit: '1' });
    server.answers.set('conversations.history', () => ({ ok: false, error: 'not_in_channel' }));
    expect((await look(team))[1]).to.match(/^problem the bot does not see the channel of the team, C9: .*\/invite/);
  });

  it('by HTTP wants an address that Slack can call', async () => {
    const signing = { SLACK_SIGNING_SECRET: 'x' };
    expect((await look(signing)).at(-1)).to.equal(
      'problem Slack sends events by HTTP to https addresses only, and PUBLIC_URL is none',
    );
    const [, good] = await look({ ...signing, PUBLIC_URL: 'https://bot.example/' });
    expect(good).to.match(/^ok .*https:\/\/bot\.example\/channels\/slack\/events\.$/);
  });

  it('a proxy in between, and nobody there', async () => {
    server.answers.set('auth.test', () => ({ status: 502, body: 'bad gateway' }));
    expect((await look(socket))[0]).to.equal('problem Slack, or what stands before it, answered with HTTP 502');
    expect((await look({ ...socket, SLACK_API_URL: 'http://127.0.0.1:1/' }))[0]).to.match(
      /^problem Slack could not be reached: /,
    );
  });
});
