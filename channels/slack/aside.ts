import { isObject, own } from '../../src/domain/json.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { Inbound } from '../../src/domain/message.ts';
import type { FileLink } from './attachment.ts';
import { textAt } from './fields.ts';
import { readMessage } from './message.ts';
import { readPress } from './press.ts';
import type { Press } from './press.ts';
import type { Slack } from './slack.ts';
import { withoutMention } from './text.ts';

/** Something that somebody wrote in a thread. */
export interface InThread {
  readonly channel: string;
  /** The first message of the thread. */
  readonly thread: string;
  readonly user: string;
  /** The same for every envelope that carries the message. */
  readonly id: string;
  /** Without the mention of the bot. */
  readonly message: Inbound;
  /** True when it names the bot. */
  readonly mentioned: boolean;
}

/** What has threads of its own beside the conversations. It answers true for what is its own; `NotTaken` lets Slack come back. */
export interface Aside {
  said(said: InThread): Promise<boolean>;
  pressed(press: Press): Promise<boolean>;
}

/** Lets others hear what comes in before the conversations do. */
export function listenAside({ app, fileLink }: Slack, asides: readonly Aside[]): void {
  app.use(async ({ body, context, next }) => {
    const given: unknown = body;
    if (isObject(given) && (await isTaken(given, context.botUserId ?? '', fileLink, asides))) return;
    await next();
  });
}

async function isTaken(body: JsonObject, me: string, link: FileLink, asides: readonly Aside[]): Promise<boolean> {
  const event = own(body, 'event');
  const said = isObject(event) ? inThread(event, me, link) : null;
  const press = isObject(event) || textAt(body, 'type') !== 'block_actions' ? null : readPress(body);
  for (const aside of asides) {
    if (said !== null && (await aside.said(said))) return true;
    if (press !== null && (await aside.pressed(press))) return true;
  }
  return false;
}

/** A message in a thread; null for everything else, and for what readMessage leaves out. */
function inThread(event: JsonObject, me: string, link: FileLink): InThread | null {
  const [type, channel, thread] = [textAt(event, 'type'), textAt(event, 'channel'), textAt(event, 'thread_ts')];
  if ((type !== 'message' && type !== 'app_mention') || channel === undefined || thread === undefined) return null;
  const read = readMessage(event, me, link);
  if (read.kind !== 'said') return null;
  const { mentioned } = withoutMention(textAt(event, 'text') ?? '', me);
  return { channel, thread, user: read.user, id: read.id, message: read.message, mentioned };
}
