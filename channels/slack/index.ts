import type { Channel, ChannelHost, OpenChannel } from '../../src/channel/channel.ts';
import { SLACK } from '../../src/channel/limits.ts';
import { checkSlack } from './check.ts';
import { openSlack } from './open.ts';
import { NEEDS, readSettings } from './settings.ts';

/** Slack by its Events API: direct messages with the bot, and threads in which somebody names it. */
export const slack: Channel = {
  name: 'slack',
  title: 'Slack',
  summary: 'Direct messages with the bot, and threads in which it is mentioned.',
  needs: NEEDS,
  limits: SLACK,
  repeat: 'seen',
  async open(host: ChannelHost): Promise<OpenChannel> {
    // Bolt is loaded here and nowhere else, so that a server without Slack pays nothing for it.
    return await openSlack(await import('@slack/bolt'), host, readSettings(host.env));
  },
  check: checkSlack,
};
