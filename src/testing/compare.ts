import { messageOf } from '../domain/error.ts';
import type { Outbound } from '../domain/message.ts';
import type { BotSays } from './testfile.ts';

/** What is wrong with a message, as a diff; null when it is as written. `/…/` is a regular expression. */
export function compareSaid(wanted: BotSays, message: Outbound | undefined): string | null {
  const text = typeof wanted === 'string' ? wanted : wanted.text;
  if (message === undefined) return `the bot said nothing:\n  - ${text ?? '(a message)'}`;
  const said = message.text ?? message.media?.caption ?? '';
  const matched = text === undefined || matches(text, said);
  if (typeof matched === 'string') return matched;
  if (text !== undefined && !matched) return `the bot said something else:\n${diff(text, said)}`;
  const buttons = typeof wanted === 'string' ? undefined : wanted.buttons;
  const labels = (message.buttons ?? message.quick_replies ?? message.list?.options ?? []).map(({ label }) => label);
  if (buttons === undefined || buttons.join('\n') === labels.join('\n')) return null;
  return `the buttons are others:\n  - ${buttons.join(' | ')}\n  + ${labels.join(' | ')}`;
}

/** Whether the text is as written, or what keeps the pattern from being read. */
function matches(wanted: string, said: string): boolean | string {
  const pattern = /^\/(.*)\/([iu]*)$/s.exec(wanted);
  if (pattern?.[1] === undefined) return wanted === said;
  try {
    return new RegExp(pattern[1], [...new Set(`${pattern[2] ?? ''}u`)].join('')).test(said);
  } catch (error) {
    return messageOf(error);
  }
}

function diff(wanted: string, said: string): string {
  const lines = (text: string, mark: string): string =>
    text
      .split('\n')
      .map((line) => `  ${mark} ${line}`)
      .join('\n');
  return `${lines(wanted, '-')}\n${lines(said, '+')}`;
}
