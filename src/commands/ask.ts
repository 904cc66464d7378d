import { text } from 'node:stream/consumers';
import { ParleyError } from '../domain/error.ts';

/** A terminal that can stop showing what is typed. */
export interface Typing extends NodeJS.ReadableStream {
  readonly isTTY?: boolean;
  setRawMode?(on: boolean): unknown;
}

/** Where values come from, and where questions go. */
export interface Asking {
  readonly input: Typing;
  readonly output: NodeJS.WritableStream;
}

/** The terminal of this process; questions go to standard error, so that output stays clean. */
export const terminal: Asking = { input: process.stdin, output: process.stderr };

/** True when a person can be asked. */
export function canAsk({ input }: Asking): boolean {
  return input.isTTY === true;
}

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const ERASE = new Set(['\u007f', '\b']);

/** Characters that were typed before anybody asked for them, by the terminal they came from. */
const early = new WeakMap<NodeJS.ReadableStream, string[]>();

/** Asks for one value. `hidden` shows nothing of it, not even its length. Throws `wrong_use` for Ctrl-C. */
export async function ask(question: string, hidden: boolean, { input, output }: Asking): Promise<string> {
  output.write(`${question}${hidden ? ' (not shown)' : ''}: `);
  input.setRawMode?.(true);
  input.setEncoding('utf8');
  try {
    return await typed(input, (shown) => void (hidden || output.write(shown)));
  } finally {
    input.setRawMode?.(false);
    input.pause();
    output.write('\n');
  }
}

async function typed(input: NodeJS.ReadableStream, echo: (shown: string) => void): Promise<string> {
  let value: readonly string[] = [];
  for (;;) {
    const character = await next(input);
    if (character === CTRL_C || character === null)
      throw new ParleyError('wrong_use', 'given up', 'Nothing was changed.');
    if (character === '\r' || character === '\n' || character === CTRL_D) {
      // Windows sends two characters for one key.
      if (character === '\r' && early.get(input)?.[0] === '\n') early.get(input)?.shift();
      return value.join('');
    }
    const erase = ERASE.has(character);
    echo(erase ? (value.length === 0 ? '' : '\b \b') : character);
    value = erase ? value.slice(0, -1) : [...value, character];
  }
}

/** The next character; null when the terminal is gone. */
async function next(input: NodeJS.ReadableStream): Promise<string | null> {
  const waiting = early.get(input) ?? [];
  early.set(input, waiting);
  if (waiting.length === 0) waiting.push(...Array.from((await chunk(input)) ?? ''));
  return waiting.shift() ?? null;
}

function chunk(input: NodeJS.ReadableStream): Promise<string | null> {
  return new Promise((resolve) => {
    const settle = (result: string | null): void => {
      input.off('data', heard);
      input.off('end', over);
      input.pause();
      resolve(result);
    };
    const heard = (typing: string): void => settle(typing);
    const over = (): void => settle(null);
    if (!input.readable) return resolve(null);
    input.on('data', heard);
    input.on('end', over);
    input.resume();
  });
}

/** Everything that comes in, without the line breaks at its end: `echo` and editors add some that nobody means. */
export async function allInput({ input }: Asking): Promise<string> {
  return (await text(input)).replace(/[\r\n]+$/, '');
}

/** Values given as lines `identifier=value`. Throws `wrong_use`; a line that is wrong is named by its number only. */
export async function lines(asking: Asking): Promise<Record<string, string>> {
  const given = (await allInput(asking)).split(/\r?\n/).map((line, i) => [line, i + 1] as const);
  const pairs = given.flatMap(([line, number]) => {
    if (line.trim() === '') return [];
    const at = line.indexOf('=');
    if (at > 0) return [[line.slice(0, at).trim(), line.slice(at + 1).trim()]];
    throw new ParleyError(
      'wrong_use',
      `line ${number} of the input is not identifier=value`,
      'Give one line for each field, such as api_key=…',
    );
  });
  return Object.fromEntries(pairs);
}
