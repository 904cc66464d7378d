import { own } from '../../src/domain/json.ts';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import { listAt, textAt } from './fields.ts';
import { directAddress, isDirect, threadAddress } from './place.ts';
import { escapeText, unescapeText } from './text.ts';

/** What is pressed in our messages is called so; the rest of the name only keeps the names of a message apart. */
export const PICK = /^parley:pick/;

/** A button pressed, or a row picked. */
export interface Press {
  readonly address: string;
  readonly user: string;
  readonly id: string;
  readonly choice: string;
  readonly label: string;
  readonly channel: string;
  /** The first message of the thread it is in, or the message itself. */
  readonly thread: string;
  /** The message that was pressed. */
  readonly ts: string;
  readonly message: JsonObject;
}

/** Reads a `block_actions` payload; null when it is none of ours. */
export function readPress(body: JsonObject): Press | null {
  const action = listAt(body, 'actions').find((each) => PICK.test(textAt(each, 'action_id') ?? ''));
  const [container, message] = [own(body, 'container'), own(body, 'message')];
  const channel = textAt(own(body, 'channel'), 'id') ?? textAt(container, 'channel_id');
  const ts = textAt(message, 'ts') ?? textAt(container, 'message_ts');
  const user = textAt(own(body, 'user'), 'id');
  const picked = own(action, 'selected_option') ?? action;
  const choice = textAt(picked, 'value');
  if (channel === undefined || ts === undefined || user === undefined || choice === undefined) return null;
  const thread = textAt(message, 'thread_ts') ?? textAt(container, 'thread_ts') ?? ts;
  return {
    address: isDirect(channel) ? directAddress(channel, user) : threadAddress(channel, thread),
    user,
    id: `${channel}:${ts}:${textAt(action, 'action_ts') ?? ''}:${user}`,
    choice,
    label: unescapeText(textAt(own(picked, 'text'), 'text') ?? choice),
    channel,
    thread,
    ts,
    message: isMessage(message) ? message : {},
  };
}

/** The blocks of a message after something in it was pressed: the buttons are gone, what was chosen is there. */
export function pressedBlocks({ message, label, channel, user }: Press): JsonObject[] | null {
  const blocks = listAt(message, 'blocks');
  const rest = blocks.filter((block) => textAt(block, 'type') !== 'actions');
  if (rest.length === blocks.length) return null;
  const who = isDirect(channel) ? '' : ` – <@${user}>`;
  const text = { type: 'mrkdwn', text: `✓ ${escapeText(label)}${who}` };
  return [...rest, { type: 'context', elements: [text] }];
}

function isMessage(value: Json | undefined): value is JsonObject {
  return textAt(value, 'ts') !== undefined;
}
