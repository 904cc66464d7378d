import type { Sent } from '../../src/channel/channel.ts';
import { messageOf } from '../../src/domain/error.ts';
import { isObject, own } from '../../src/domain/json.ts';
import { printable } from '../../src/domain/printable.ts';

/** A call of Slack's API that did not work. */
export interface Failure {
  /** Slack's own code, or `network`, `http_…`, `ratelimited`. */
  readonly code: string;
  readonly sent: Exclude<Sent, { kind: 'sent' }>;
  /** True when Slack may have done it all the same. */
  readonly doubtful: boolean;
}

/** What a code of Slack means, for the person who runs the server. With `after` it is tried again, so many ms later. */
interface Meaning {
  readonly text: string;
  readonly after?: number;
  readonly doubtful?: true;
}

const MINUTE = 60_000;
const TOKEN =
  'The bot token does not work: copy it again from "OAuth & Permissions", set SLACK_BOT_TOKEN and start again';
const SHAPE = 'Slack cannot read what the block sends: check its options, and that media have public https addresses';
const RIGHTS = 'The workspace does not let the bot write there: ask an administrator';

/** Codes of `chat.postMessage`; whatever is missing is refused with Slack's own code. */
const CODES: Readonly<Record<string, Meaning>> = {
  ratelimited: { text: 'Slack asks for fewer messages', after: 1000 },
  rate_limited: { text: 'Slack asks for fewer messages', after: 1000 },
  message_limit_exceeded: { text: 'The workspace has sent too many messages', after: 10 * MINUTE },
  internal_error: { text: 'Slack had a fault', after: 1000, doubtful: true },
  fatal_error: { text: 'Slack had a fault', after: 1000, doubtful: true },
  service_unavailable: { text: 'Slack is down', after: 5000 },
  request_timeout: { text: 'Slack did not get the whole request', after: 1000 },
  team_added_to_org: { text: 'The workspace is moving into an organisation', after: 10 * MINUTE },
  channel_not_found: { text: 'The channel is gone, or private and the bot is not in it: invite the bot with /invite' },
  not_in_channel: { text: 'The bot is not in the channel: invite it with /invite' },
  is_archived: { text: 'The channel is archived: bring it back, or end the conversation' },
  thread_not_found: { text: 'The thread is gone' },
  cannot_reply_to_message: { text: 'Slack takes no replies to this message' },
  user_not_found: { text: 'The person is gone from the workspace' },
  user_disabled: { text: 'The person was deactivated' },
  cannot_dm_bot: { text: 'A bot cannot write to a bot' },
  messages_tab_disabled: { text: 'Direct messages are off for the app: turn on the Messages tab under "App Home"' },
  invalid_auth: { text: TOKEN },
  not_authed: { text: TOKEN },
  token_revoked: { text: TOKEN },
  token_expired: { text: TOKEN },
  account_inactive: { text: 'The app was removed from the workspace: install it again and set SLACK_BOT_TOKEN' },
  not_allowed_token_type: { text: 'SLACK_BOT_TOKEN holds another kind of token: the bot token begins with xoxb-' },
  missing_scope: {
    text: 'The app lacks a permission: compare its scopes with docs/channels/slack.md and install it again',
  },
  no_permission: { text: RIGHTS },
  restricted_action: { text: RIGHTS },
  restricted_action_read_only_channel: { text: 'Nobody may write in this channel but a few: ask an administrator' },
  restricted_action_thread_only_channel: { text: 'In this channel only replies are allowed' },
  restricted_action_non_threadable_channel: { text: 'In this channel threads are not allowed' },
  ekm_access_denied: { text: 'The administrators have suspended writing' },
  org_login_required: { text: 'The workspace is moving into an organisation: install the app again when it is done' },
  msg_too_long: { text: 'The message is too long for Slack: over 40,000 characters' },
  msg_blocks_too_long: { text: 'The message is too long for Slack: say it in several blocks' },
  no_text: { text: 'The message is empty' },
  invalid_blocks: { text: SHAPE },
  invalid_blocks_format: { text: SHAPE },
  invalid_arguments: { text: SHAPE },
  invalid_metadata_format: { text: SHAPE },
};

/** What the same codes mean when it is the app token that Slack does not take. */
const APP =
  'make an app-level token with the scope connections:write under "Basic Information", and set SLACK_APP_TOKEN';
const APP_TOKEN: Readonly<Record<string, string>> = Object.fromEntries(
  ['invalid_auth', 'not_authed', 'not_allowed_token_type', 'missing_scope', 'token_revoked'].map((code) => [
    code,
    `The app token does not work: ${APP}`,
  ]),
);

/** What a call of Slack's API that threw comes to. `token` is the setting that the call used. */
export function failureOf(error: unknown, token = 'SLACK_BOT_TOKEN'): Failure {
  const platform = codeOf(error);
  if (platform !== null && token === 'SLACK_APP_TOKEN' && APP_TOKEN[platform] !== undefined)
    return {
      code: platform,
      sent: { kind: 'refused', reason: `${APP_TOKEN[platform]} (${platform}).` },
      doubtful: false,
    };
  if (platform !== null) return ofCode(platform, seconds(error, 'response_metadata'));
  const limited = numberIn(error, 'retryAfter');
  if (limited !== null) return ofCode('ratelimited', limited);
  const status = numberIn(error, 'statusCode');
  if (status !== null) return ofStatus(status);
  const reason = `Slack could not be reached (${shown(messageOf(error))}).`;
  return { code: 'network', sent: { kind: 'retry', reason }, doubtful: true };
}

/** Slack's own code in an error of its client; null when Slack did not answer with one, as a proxy's page. */
export function codeOf(error: unknown): string | null {
  const data: unknown = error instanceof Error && 'data' in error ? error.data : undefined;
  const code = isObject(data) ? own(data, 'error') : undefined;
  return typeof code === 'string' && /^[a-z_]{1,80}$/.test(code) ? code : null;
}

function ofCode(code: string, asked: number | null): Failure {
  const meaning = Object.hasOwn(CODES, code) ? CODES[code] : undefined;
  const reason = meaning === undefined ? `Slack answered: ${code}.` : `${meaning.text} (${code}).`;
  const doubtful = meaning?.doubtful === true;
  if (meaning?.after === undefined) return { code, sent: { kind: 'refused', reason }, doubtful };
  return { code, sent: { kind: 'retry', reason, after: Math.max(meaning.after, (asked ?? 0) * 1000) }, doubtful };
}

/** Slack itself says everything with 200 and 429, so any other status is trouble on the way. */
function ofStatus(status: number): Failure {
  const reason = `Slack, or what stands before it, answered with HTTP ${status}: check SLACK_API_URL if this lasts.`;
  return { code: `http_${status}`, sent: { kind: 'retry', reason }, doubtful: status >= 500 };
}

function seconds(error: unknown, field: string): number | null {
  const data: unknown = error instanceof Error && 'data' in error ? error.data : undefined;
  const after = isObject(data) ? own(own(data, field), 'retryAfter') : undefined;
  return typeof after === 'number' ? after : null;
}

function numberIn(error: unknown, field: 'retryAfter' | 'statusCode'): number | null {
  if (!(error instanceof Error)) return null;
  const value: unknown = Object.getOwnPropertyDescriptor(error, field)?.value;
  return typeof value === 'number' ? value : null;
}

function shown(text: string): string {
  return printable(text).slice(0, 200);
}
