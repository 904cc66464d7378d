import type { types } from '@slack/bolt';
import { asText } from '../../src/channel/fallback.ts';
import { shownId } from '../../src/domain/contact.ts';
import type { Contact } from '../../src/domain/contact.ts';
import type { Line } from '../../src/domain/conversation.ts';
import { quietBlocks } from './quiet.ts';
import type { Customer } from './handoff-notes.ts';
import { escapeText } from './text.ts';

type KnownBlock = types.KnownBlock;

/** What the button that gives a conversation back brings; from a list with the thread after it. */
export const RETURN = 'parley-return';

/** Lines of the conversation that are shown, and characters of each. */
export const SHOWN_LINES = 10;
const SHOWN_TEXT = 200;

/** Buttons of one list. */
const MAX_LISTED = 20;

/** What the team calls a contact. An address of the web lets its visitor in, so only its beginning is told. */
export function nameOf({ id, name }: Contact): string {
  return name ?? shownId(id);
}

/** The message that opens a conversation for the team: who it is, what about, what was said, and how it goes on. */
export function rootMessage(
  contact: Contact,
  summary: string,
  lines: readonly Line[],
): { text: string; blocks: KnownBlock[] } {
  const who = nameOf(contact);
  const id = shownId(contact.id);
  const head = `*${escapeText(who)}*${who === id ? '' : ` (${escapeText(id)})`} needs a person.`;
  const about = summary.trim() === '' ? '' : `\n${escapeText(cut(summary, 400))}`;
  const said = lines.flatMap((line) => lineWords(line, who));
  const how = `What is written in this thread goes to ${escapeText(who)}, but for what begins with \`//\`. \`return\`, or the button, gives the conversation back to the bot.`;
  const quiet = quietBlocks([...said.map(escapeText), how]).flatMap(({ blocks = [] }) => blocks);
  return {
    text: `${head}${about}`,
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: `${head}${about}` } },
      ...quiet,
      { type: 'actions', elements: [returnButton('Return to the bot', RETURN)] },
    ],
  };
}

/** Asks which conversation is to be given back. */
export function returnList(open: readonly (Customer & { readonly thread: string })[]): {
  text: string;
  blocks: KnownBlock[];
} {
  const text = open.length === 0 ? 'The team has no conversation.' : 'Which conversation does the bot get back?';
  const buttons = open
    .slice(-MAX_LISTED)
    .map(({ name, thread }, i) => returnButton(cut(name, 70), `${RETURN}:${thread}`, i));
  const section = { type: 'section' as const, text: { type: 'mrkdwn' as const, text } };
  return { text, blocks: buttons.length === 0 ? [section] : [section, { type: 'actions', elements: buttons }] };
}

function returnButton(label: string, value: string, i = 0): types.Button {
  const text = { type: 'plain_text' as const, text: label, emoji: true };
  return { type: 'button', action_id: `parley:pick:return:${i}`, text, value };
}

function lineWords(line: Line, who: string): string[] {
  if (line.kind !== 'in' && line.kind !== 'out') return [];
  const said = line.kind === 'in' ? line.message.text : asText(line.message);
  const files = line.kind === 'in' ? (line.message.attachments ?? []).map(({ type }) => `[${type}]`) : [];
  const text = [said, ...files]
    .filter((part) => part !== '')
    .join(' ')
    .replaceAll(/\s+/g, ' ');
  return [`${line.kind === 'in' ? who : 'bot'}: ${cut(text, SHOWN_TEXT)}`];
}

function cut(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max).toWellFormed()}…` : text;
}
