import { slack } from '../../channels/slack/index.ts';
import { startApp } from '../support/app.ts';
import type { AppChoices, TestApp } from '../support/app.ts';
import { SlackServer, signed } from '../support/slack-server.ts';

const SECRET = 'shhh';

/** How events get to the server. */
export type Mode = 'http' | 'socket';

/** The settings of an app in Slack, for one mode. */
export function slackEnv(server: SlackServer, mode: Mode): Record<string, string> {
  const way: Record<string, string> =
    mode === 'http' ? { SLACK_SIGNING_SECRET: SECRET } : { SLACK_APP_TOKEN: 'xapp-test' };
  return { SLACK_BOT_TOKEN: 'xoxb-test', SLACK_API_URL: server.apiUrl, ...way };
}

/** A workspace whose bot is a real server of ours, by the real bolt. */
export class Workspace {
  readonly slack: SlackServer;
  readonly server: TestApp;
  readonly mode: Mode;
  private seconds = 1_700_000_000;

  private constructor(server: SlackServer, app: TestApp, mode: Mode) {
    this.slack = server;
    this.server = app;
    this.mode = mode;
  }

  static async open(
    mode: Mode,
    flow: string | Readonly<Record<string, string>>,
    choices: AppChoices = {},
    prepare: (server: SlackServer) => void = () => undefined,
  ): Promise<Workspace> {
    const server = await SlackServer.start();
    prepare(server);
    const env = { ...slackEnv(server, mode), ...choices.env };
    const app = await startApp(typeof flow === 'string' ? { 'flow.yaml': flow } : flow, {
      channels: [slack],
      ...choices,
      env,
    });
    return new Workspace(server, app, mode);
  }

  async close(): Promise<void> {
    await this.server.close();
    await this.slack.close();
  }

  /** A time that no message had before. */
  ts(): string {
    this.seconds += 1;
    return `${this.seconds}.000100`;
  }

  /** Sends an event; true when it was acknowledged. */
  async event(event: object, retry = 0): Promise<boolean> {
    return await this.give('events_api', this.envelope(event), retry);
  }

  envelope(event: object): object {
    return { type: 'event_callback', team_id: 'T1', api_app_id: 'A1', event_id: `Ev${this.ts()}`, event };
  }

  /** A direct message of Ana's, or one in a channel. */
  async say(text: string, more: object = {}): Promise<boolean> {
    const event = { type: 'message', channel: 'D1', channel_type: 'im', user: 'U1', text, ts: this.ts() };
    return await this.event({ ...event, ...more });
  }

  /** Presses what the bot has sent: a button, or a row of a list. */
  async press(label: string, by = 'U1'): Promise<boolean> {
    return await this.give('interactive', this.pressed(label, by));
  }

  /** The payload of pressing something in the last message that has it. */
  pressed(label: string, by = 'U1'): object {
    const posts = this.slack.bodies('chat.postMessage');
    const at = posts.findLastIndex((post) => JSON.stringify(post['blocks'] ?? []).includes(JSON.stringify(label)));
    const { channel, thread_ts, text, blocks } = posts[at] ?? {};
    const elements = (blocks as { elements?: Element[] }[]).flatMap((block) => block.elements ?? []);
    const message = {
      ts: `1700000100.${String(at + 1).padStart(6, '0')}`,
      text,
      blocks,
      ...(thread_ts === undefined ? {} : { thread_ts }),
    };
    const actions = elements
      .flatMap((element) => actionOf(element, label))
      .map((action) => ({ ...action, action_ts: this.ts() }));
    return {
      type: 'block_actions',
      team: { id: 'T1' },
      user: { id: by },
      channel: { id: channel },
      message,
      actions,
      trigger_id: 't',
    };
  }

  /** Sends anything; true when it was acknowledged. */
  async give(type: string, payload: object, retry = 0): Promise<boolean> {
    if (this.mode === 'http') return (await this.post(payload, type !== 'events_api', retry)).status === 200;
    const id = this.slack.envelope(type, payload, retry);
    await this.slack.until(() => this.slack.acks.has(id));
    return true;
  }

  /** Sends something that must not be acknowledged: by HTTP the answer says so, in Socket Mode others overtake it. */
  async giveInVain(type: string, payload: object): Promise<boolean> {
    if (this.mode === 'http') return (await this.post(payload, type !== 'events_api')).status === 503;
    const id = this.slack.envelope(type, payload);
    for (let i = 0; i < 20; i += 1)
      await this.give('events_api', { type: 'event_callback', team_id: 'T1', event: { type: 'other' } });
    return !this.slack.acks.has(id);
  }

  /** A request as Slack sends it by HTTP. */
  async post(payload: object, form = false, retry = 0, at = Date.now()): Promise<Response> {
    const json = JSON.stringify(payload);
    const body = form ? new URLSearchParams({ payload: json }).toString() : json;
    const type = form ? 'application/x-www-form-urlencoded' : 'application/json';
    const again: Record<string, string> =
      retry === 0 ? {} : { 'x-slack-retry-num': String(retry), 'x-slack-retry-reason': 'http_timeout' };
    const headers = { 'content-type': type, ...signed(SECRET, body, at), ...again };
    return await fetch(`${this.server.url}/channels/slack/events`, { method: 'POST', body, headers });
  }

  /** Types a slash command; answers what only the one who typed it sees. */
  async slash(
    text: string,
    channel = 'C1',
    user = 'U1',
  ): Promise<{ readonly text?: string; readonly blocks?: object[] }> {
    const command = { command: '/parley', text, channel_id: channel, user_id: user, team_id: 'T1', trigger_id: 't' };
    if (this.mode === 'http') {
      const answer = await (await this.form(new URLSearchParams(command).toString())).text();
      return answer === '' ? {} : (JSON.parse(answer) as object);
    }
    const id = this.slack.envelope('slash_commands', command);
    await this.slack.until(() => this.slack.acks.has(id));
    return Object(this.slack.acks.get(id)) as object;
  }

  /** A form as Slack sends commands by HTTP. */
  async form(body: string): Promise<Response> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', ...signed(SECRET, body, Date.now()) };
    return await fetch(`${this.server.url}/channels/slack/events`, { method: 'POST', body, headers });
  }

  /** Texts of what the bot has said so far, once it has nothing more to do. */
  async said(): Promise<string[]> {
    await this.server.app.idle();
    return this.slack.bodies('chat.postMessage').map(({ text }) => String(text));
  }
}

interface Element {
  readonly type: string;
  readonly action_id: string;
  readonly text?: { readonly text: string };
  readonly value?: string;
  readonly options?: readonly { readonly text: { readonly text: string }; readonly value: string }[];
}

function actionOf(element: Element, label: string): object[] {
  const { type, action_id, text, value, options = [] } = element;
  if (text?.text === label) return [{ type, action_id, block_id: 'b', text, value }];
  return options
    .filter((option) => option.text.text === label)
    .map((selected_option) => ({ type, action_id, block_id: 'b', selected_option }));
}
