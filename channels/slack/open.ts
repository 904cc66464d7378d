import type { ChannelHost, OpenChannel } from '../../src/channel/channel.ts';
import { SlackBench } from './bench.ts';
import { newApp, newSocketClient } from './bolt.ts';
import type { Bolt } from './bolt.ts';
import { listenBeside } from './commands.ts';
import { Connection } from './connection.ts';
import { conversations } from './conversations.ts';
import { fileLinks, mountFiles } from './files.ts';
import { Handoff } from './handoff.ts';
import { mountEvents } from './http.ts';
import { Intake } from './intake.ts';
import { Pace } from './pace.ts';
import { People } from './people.ts';
import { poster } from './post.ts';
import { Sender } from './send.ts';
import type { Settings } from './settings.ts';
import { Socket } from './socket.ts';
import { typingStatus } from './typing.ts';

/** Opens the channel: by Socket Mode when there is an app token, otherwise for Slack's requests. */
export async function openSlack(bolt: Bolt, host: ChannelHost, settings: Settings): Promise<OpenChannel> {
  const intake = new Intake(host);
  const app = newApp(bolt, settings, host, intake);
  const closing = new AbortController();
  const post = poster(app.client, new Pace(() => host.now()), closing.signal);
  const people = new People(app.client, () => warnOfNames(host));
  const slack = { app, host, post, people, fileLink: fileLinks(settings), settings };
  const sender = new Sender({ client: app.client, post, host });
  const handoff = new Handoff(slack, sender);
  // In the order in which they hear.
  listenBeside(slack, new SlackBench(slack), handoff);
  conversations(slack);
  mountFiles(app, host, settings);
  const socket = socketOf(bolt, host, settings, intake);
  if (socket === null) mountEvents(host, intake, settings.signingSecret);
  const connection = new Connection(app, host, intake, socket);
  await connection.open();
  return {
    send: (delivery, contact) => sender.send(delivery, contact),
    team: (delivery, contact) => handoff.team(delivery, contact),
    undelivered: (contact, reason) => handoff.undelivered(contact, reason),
    typing: typingStatus(app.client),
    async close() {
      closing.abort();
      await connection.close();
    },
  };
}

function socketOf(bolt: Bolt, host: ChannelHost, settings: Settings, intake: Intake): Socket | null {
  const { appToken } = settings;
  return appToken === undefined ? null : new Socket(newSocketClient(bolt, settings, host, appToken), intake);
}

function warnOfNames(host: ChannelHost): void {
  host.log(
    'warn',
    'the app may not read names: add the scope users:read and install it again, or contacts have no names',
  );
}
