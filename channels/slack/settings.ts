/** Where Slack's Web API is, unless SLACK_API_URL says otherwise. */
export const DEFAULT_API_URL = 'https://slack.com/api/';

/** What the channel needs to know of the app in Slack. */
export interface Settings {
  readonly botToken: string;
  /** With it events come by a connection that we open (Socket Mode), otherwise by HTTP. */
  readonly appToken?: string;
  /** Empty without HTTP. */
  readonly signingSecret: string;
  /** With a slash at the end. */
  readonly apiUrl: string;
  /** Where others reach this server, without a slash at the end. */
  readonly publicUrl: string;
  /** Ids of channels in which everybody may try flows, and of people who may anywhere. */
  readonly benchChannels: readonly string[];
  readonly benchUsers: readonly string[];
  /** Id of the channel where the team talks with customers. */
  readonly supportChannel?: string;
}

/** Names without which the channel stays off; of an inner list one is enough. */
export const NEEDS = ['SLACK_BOT_TOKEN', ['SLACK_SIGNING_SECRET', 'SLACK_APP_TOKEN']] as const;

/** Reads the settings; an empty value counts as not set. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const get = (name: string): string | undefined => {
    const value = env[name]?.trim();
    return value === '' ? undefined : value;
  };
  const list = (name: string): string[] => (get(name) ?? '').split(/[\s,]+/).filter((id) => id !== '');
  const appToken = get('SLACK_APP_TOKEN');
  const supportChannel = get('SLACK_SUPPORT_CHANNEL');
  return {
    botToken: get('SLACK_BOT_TOKEN') ?? '',
    ...(appToken === undefined ? {} : { appToken }),
    signingSecret: get('SLACK_SIGNING_SECRET') ?? '',
    apiUrl: `${(get('SLACK_API_URL') ?? DEFAULT_API_URL).replace(/\/+$/, '')}/`,
    benchChannels: list('SLACK_BENCH_CHANNELS'),
    benchUsers: list('SLACK_BENCH_USERS'),
    ...(supportChannel === undefined ? {} : { supportChannel }),
    publicUrl: (get('PUBLIC_URL') ?? `http://localhost:${get('PORT') ?? '3000'}`).replace(/\/+$/, ''),
  };
}
