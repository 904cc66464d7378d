import type { Settings } from './settings.ts';

/** Why somebody may not try flows in a channel, in a sentence for them; null when they may. */
export function mayTry(
  channel: string,
  user: string,
  { benchChannels, benchUsers }: Pick<Settings, 'benchChannels' | 'benchUsers'>,
): string | null {
  if (benchChannels.includes(channel) || benchUsers.includes(user)) return null;
  const ids = `This channel is ${channel}, you are ${user}.`;
  if (benchChannels.length === 0 && benchUsers.length === 0)
    return `Nobody may try flows in Slack yet: set SLACK_BENCH_CHANNELS or SLACK_BENCH_USERS and start the server again. ${ids}`;
  return `You may not try flows here: neither the channel is in SLACK_BENCH_CHANNELS nor you in SLACK_BENCH_USERS. ${ids}`;
}
