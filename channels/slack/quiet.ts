import type { Rendered } from './blocks.ts';

/** Characters of one text in a context block, and such blocks of one message. */
const MAX_TEXT = 2900;
const MAX_BLOCKS = 40;

/** Lines in small letters, as one message or more. They are escaped already. */
export function quietBlocks(lines: readonly string[]): Rendered[] {
  const texts = packed(lines.flatMap(inPieces));
  const messages: Rendered[] = [];
  for (let from = 0; from < texts.length; from += MAX_BLOCKS) {
    const part = texts.slice(from, from + MAX_BLOCKS);
    const blocks = part.map((text) => ({
      type: 'context' as const,
      elements: [{ type: 'mrkdwn' as const, text }],
    }));
    messages.push({ text: part.join('\n').slice(0, MAX_TEXT), blocks });
  }
  return messages;
}

function inPieces(line: string): string[] {
  const pieces = line.match(new RegExp(`[\\s\\S]{1,${MAX_TEXT}}`, 'g')) ?? [];
  return pieces.map((piece) => piece.replace(/^ +/, (spaces) => '\u00A0'.repeat(spaces.length)));
}

/** As many lines together as fit into one text. */
function packed(lines: readonly string[]): string[] {
  const texts: string[] = [];
  for (const line of lines) {
    const last = texts.at(-1);
    if (last !== undefined && last.length + line.length < MAX_TEXT) texts[texts.length - 1] = `${last}\n${line}`;
    else texts.push(line);
  }
  return texts;
}
