// Loaded only when the channel is opened, with all of bolt behind it.
import type { ChannelHost, OpenChannel } from '../../src/channel/channel.ts';
import { ParleyApp, socketReceiver } from './bolt.ts';
import { Connection } from './connection.ts';
import { conversations } from './conversations.ts';
import { fileLinks, mountFiles } from './files.ts';
import { HttpReceiver } from './http.ts';
import { Pace } from './pace.ts';
import { People } from './people.ts';
import { poster } from './post.ts';
import { Sender } from './send.ts';
import type { Settings } from './settings.ts';
import type { Feature, Slack } from './slack.ts';
import { Socket } from './socket.ts';
import { typingStatus } from './typing.ts';

/** Everything that listens on Slack, in the order in which it hears. */
const FEATURES: readonly Feature[] = [conversations];

/** Connects to Slack by Socket Mode when there is an app token, otherwise waits for Slack's requests. */
export async function openSlack(host: ChannelHost, settings: Settings): Promise<OpenChannel> {
  const { appToken } = settings;
  const socket = appToken === undefined ? null : socketReceiver(settings, host, appToken);
  const receiver = socket ?? new HttpReceiver(host, settings.signingSecret);
  const app = new ParleyApp(settings, host, receiver);
  const { client } = app;
  const closing = new AbortController();
  const post = poster(client, new Pace(() => host.now()), closing.signal);
  const slack: Slack = {
    app,
    host,
    post,
    people: new People(client, () => warnOfNames(host)),
    fileLink: fileLinks(settings),
  };
  for (const feature of FEATURES) feature(slack);
  mountFiles(app, host, settings);
  const connection = new Connection(app, host, socket === null ? null : new Socket(socket));
  await connection.open();
  const sender = new Sender({ client, post, host });
  return {
    send: (delivery, contact) => sender.send(delivery, contact),
    typing: typingStatus(client),
    async close() {
      closing.abort();
      await connection.close();
      if (receiver instanceof HttpReceiver) await receiver.stop();
    },
  };
}

function warnOfNames(host: ChannelHost): void {
  host.log(
    'warn',
    'the app may not read names: add the scope users:read and install it again, or contacts have no names',
  );
}
