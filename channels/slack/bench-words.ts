import type { BenchPort } from '../../src/channel/bench.ts';
import { ParleyError } from '../../src/domain/error.ts';
import { escapeText } from './text.ts';

/** The flows that can be tried. */
export function flowsText(bench: BenchPort): string {
  const flows = bench.flows().map(({ id, name }) => `• \`${id}\` ${id === name ? '' : escapeText(name)}`.trimEnd());
  return flows.length === 0 ? 'No flow is live: the log of the server says why.' : flows.join('\n');
}

/** What went wrong, for the person who asked. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof ParleyError)) return 'Something went wrong on the server; its log says what.';
  return escapeText(`${error.message}. ${error.hint}`);
}
