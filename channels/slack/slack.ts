import type { App } from '@slack/bolt';
import type { ChannelHost } from '../../src/channel/channel.ts';
import type { FileLink } from './attachment.ts';
import type { People } from './people.ts';
import type { Post } from './post.ts';
import type { Settings } from './settings.ts';

/** What everything shares that lives on the one connection to Slack. */
export interface Slack {
  /** Bolt's app with the bot's token: `app.command`, `app.action`, `app.message` and `app.use` add listeners, `app.client` calls Slack. */
  readonly app: App;
  readonly host: ChannelHost;
  /** Writes into a channel, a thread or somebody's direct messages, at Slack's pace. Never rejects. */
  readonly post: Post;
  readonly people: People;
  readonly fileLink: FileLink;
  readonly settings: Pick<Settings, 'benchChannels' | 'benchUsers' | 'supportChannel'>;
}

/**
 * One thing that listens on Slack: conversations, or something beside them. It is called once, before the first event. A
 * listener that must not lose what it hears throws `NotTaken`; what is not for conversations is kept from them by an aside.
 */
export type Feature = (slack: Slack) => void;
