import type { Context } from '@slack/bolt';
import type { ChannelHost } from '../../src/channel/channel.ts';
import type { Entry } from '../../src/domain/entry.ts';
import { messageOf } from '../../src/domain/error.ts';
import { isObject } from '../../src/domain/json.ts';
import { NotTaken } from './intake.ts';
import { readMessage } from './message.ts';
import type { Said } from './message.ts';
import { PICK, pressedBlocks, readPress } from './press.ts';
import type { Press } from './press.ts';
import type { Feature, Slack } from './slack.ts';
import { textAt } from './fields.ts';

/** Conversations with people: what they write and press becomes entries, stored before Slack hears that it has arrived. */
export const conversations: Feature = (slack) => {
  const { app } = slack;
  app.event('message', ({ event, context }) => hear(slack, event, context));
  app.event('app_mention', ({ event, context }) => hear(slack, event, context));
  app.action(PICK, async ({ body, ack }) => {
    const press = isObject(body) ? readPress(body) : null;
    if (press !== null) await store(slack, press.address, press.user, entryOf(slack.host, press));
    await ack();
    if (press !== null) await showPressed(slack, press);
  });
  for (const type of ['app_uninstalled', 'tokens_revoked'])
    app.event(type, async () =>
      slack.host.log('error', `Slack reports ${type}: install the app again and set SLACK_BOT_TOKEN`),
    );
};

async function hear(slack: Slack, event: unknown, { botUserId = '' }: Context): Promise<void> {
  if (!isObject(event)) return;
  const read = readMessage(event, botUserId, slack.fileLink);
  if (read.kind === 'said') await take(slack, read);
  else if (read.level !== undefined)
    slack.host.log(read.level, `${read.what} was ignored`, {
      channel: textAt(event, 'channel'),
      ts: textAt(event, 'ts'),
    });
}

async function take(slack: Slack, said: Said): Promise<void> {
  const { host } = slack;
  if (!said.invited && !(await isOurs(host, said.address))) return;
  await store(slack, said.address, said.user, { kind: 'message', id: said.id, at: host.now(), message: said.message });
}

/** In a thread people may also talk to each other: without naming it, the bot is meant only while something runs there. */
async function isOurs(host: ChannelHost, address: string): Promise<boolean> {
  const conversation = await host.conversations.load(address);
  return conversation !== null && (conversation.session !== null || conversation.inbox.length > 0);
}

function entryOf(host: ChannelHost, { id, label, choice }: Press): Entry {
  return { kind: 'message', id, at: host.now(), message: { text: label, choice } };
}

/** Throws unless the entry is stored, now or before. */
async function store({ host, people }: Slack, address: string, user: string, entry: Entry): Promise<void> {
  const receipt = await host.accept(address, entry, await people.of(user));
  if (receipt === 'full') throw new NotTaken('too many messages of this conversation are still waiting');
  if (receipt === 'closing') throw new NotTaken('the server is about to stop');
}

/** Shows what was chosen in place of the buttons; best effort, as the choice counts either way. */
export async function showPressed({ app, host }: Pick<Slack, 'app' | 'host'>, press: Press): Promise<void> {
  const blocks = pressedBlocks(press);
  if (blocks === null) return;
  try {
    const text = textAt(press.message, 'text') ?? press.label;
    await app.client.apiCall('chat.update', { channel: press.channel, ts: press.ts, text, blocks });
  } catch (error) {
    host.log('warn', 'a message could not be shown as answered', { reason: messageOf(error) });
  }
}
