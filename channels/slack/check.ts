import type { AskPlace, HttpAnswer } from '../../src/channel/channel.ts';
import { note, ok, problem } from '../../src/domain/finding.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { own } from '../../src/domain/json.ts';
import { failureOf } from './errors.ts';
import { textAt } from './fields.ts';
import { EVENTS_PATH } from './http.ts';
import { readSettings } from './settings.ts';
import type { Settings } from './settings.ts';

const TIMEOUT = 10_000;

const GUIDE = 'Compare the scopes of the app with docs/channels/slack.md, and install it again.';

/** Scopes without which people are not heard or not answered, and those whose lack costs something smaller. */
const NEEDED = ['chat:write', 'im:history', 'app_mentions:read'];
const USEFUL: Readonly<Record<string, string>> = {
  'channels:history': 'threads in public channels are not heard',
  'groups:history': 'threads in private channels are not heard',
  'mpim:history': 'conversations of several people are not heard',
  'users:read': 'contacts have no names',
  'files:read': 'files that people send do not arrive',
  commands: '/parley is not heard',
  'files:write': 'flow tests cannot be posted',
};

type Setting = 'SLACK_BOT_TOKEN' | 'SLACK_APP_TOKEN';

type Env = Readonly<Record<string, string | undefined>>;

/** Signs in, looks at the scopes, and asks whether Slack's events can come. */
export async function checkSlack(env: Env, http: AskPlace): Promise<readonly Finding[]> {
  const settings = readSettings(env);
  const answer = await call(settings, 'auth.test', settings.botToken, http);
  const refused = refusal(answer, 'SLACK_BOT_TOKEN');
  const signedIn = refused === null ? identity(answer) : [refused];
  const team = refused === null ? await supportChannel(settings, http) : [];
  return [...signedIn, ...team, await events(settings, env, http)];
}

function identity(answer: HttpAnswer): Finding[] {
  if (answer.kind !== 'answered') return [];
  const [team, user] = [textAt(answer.json, 'team') ?? '?', textAt(answer.json, 'user') ?? '?'];
  return [
    ok(`Slack takes the bot token: ${user} in the workspace ${team}`),
    ...scopes(answer.headers['x-oauth-scopes']),
  ];
}

/** Slack names the scopes of a token with each answer; where it does not, nothing is said of them. */
function scopes(header: string | undefined): Finding[] {
  if (header === undefined) return [];
  const given = new Set(header.split(',').map((scope) => scope.trim()));
  const missing = NEEDED.filter((scope) => !given.has(scope));
  const less = Object.entries(USEFUL).filter(([scope]) => !given.has(scope));
  return [
    ...(missing.length === 0 ? [] : [problem(`the Slack app lacks the scopes ${missing.join(', ')}`, GUIDE)]),
    ...less.map(([scope, lost]) => note(`without the scope ${scope} ${lost}`, GUIDE)),
  ];
}

/** Whether the bot is where the team sits: only there can it open threads and hear them. */
async function supportChannel(settings: Settings, http: AskPlace): Promise<Finding[]> {
  const { supportChannel: channel } = settings;
  if (channel === undefined) return [];
  const answer = await call(settings, 'conversations.history', settings.botToken, http, { channel, limit: '1' });
  const refused = refusal(answer, 'SLACK_BOT_TOKEN');
  if (refused === null) return [ok(`the bot is in the channel of the team, ${channel}`)];
  const fix = 'Invite the bot there with /invite, and compare SLACK_SUPPORT_CHANNEL with the channel’s id.';
  return [problem(`the bot does not see the channel of the team, ${channel}: ${refused.text}`, fix)];
}

/** Socket Mode with an app token, otherwise requests of Slack to this server. */
async function events(settings: Settings, env: Env, http: AskPlace): Promise<Finding> {
  if (settings.appToken !== undefined) {
    const answer = await call(settings, 'apps.connections.open', settings.appToken, http);
    return refusal(answer, 'SLACK_APP_TOKEN') ?? ok('Slack opens a connection for Socket Mode');
  }
  const fix = `In the app, events, interactivity and /parley lead to ${settings.publicUrl}${EVENTS_PATH}.`;
  if ((env['PUBLIC_URL'] ?? '').startsWith('https://')) return ok(`events come by HTTP, signed. ${fix}`);
  const how = 'Set PUBLIC_URL to the https address of this server, or SLACK_APP_TOKEN for Socket Mode.';
  return problem('Slack sends events by HTTP to https addresses only, and PUBLIC_URL is none', how);
}

function call(
  { apiUrl }: Settings,
  method: string,
  token: string,
  http: AskPlace,
  fields: Readonly<Record<string, string>> = {},
): Promise<HttpAnswer> {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/x-www-form-urlencoded' };
  const body = new URLSearchParams(fields).toString();
  return http({ method: 'POST', url: `${apiUrl}${method}`, headers, body, timeout: TIMEOUT });
}

/** Why a call did not work; null when it did. Slack itself says everything with 200 and `ok`. */
function refusal(answer: HttpAnswer, setting: Setting): Finding | null {
  if (answer.kind !== 'answered')
    return problem(
      `Slack could not be reached: ${answer.reason}`,
      'Check the network, and SLACK_API_URL if it is set.',
    );
  const code = textAt(answer.json, 'error');
  if (own(answer.json, 'ok') === true) return null;
  if (code === undefined)
    return problem(`Slack, or what stands before it, answered with HTTP ${answer.status}`, 'Check SLACK_API_URL.');
  // The client of Slack's SDK throws errors of this shape; the table of their meanings reads them.
  const { reason } = failureOf(Object.assign(new Error(code), { data: { error: code } }), setting).sent;
  return problem(reason, `Set ${setting} as the app in Slack shows it.`);
}
