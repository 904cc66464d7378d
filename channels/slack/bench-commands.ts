import type { Json, JsonObject } from '../../src/domain/json.ts';
import { parseJson } from '../../src/domain/parse-json.ts';

/** A command of the test bench, as somebody typed it. */
export type Command =
  | { readonly kind: 'help' | 'flows' | 'vars' }
  | { readonly kind: 'start'; readonly wanted: JsonObject }
  | { readonly kind: 'step'; readonly step: JsonObject }
  | { readonly kind: 'trace'; readonly on: boolean }
  | { readonly kind: 'save'; readonly name?: string }
  | { readonly kind: 'problem'; readonly text: string };

/** Finds the known word that was most likely meant. */
export type Meant = (written: string, known: readonly string[]) => string | null;

type Reader = (words: readonly string[]) => Command;

const COMMANDS: Readonly<Record<string, Reader>> = {
  help: () => ({ kind: 'help' }),
  flows: () => ({ kind: 'flows' }),
  vars: () => ({ kind: 'vars' }),
  start: (words) => startOf(words),
  trace: ([on = '']) =>
    /^(?:on|off)$/i.test(on)
      ? { kind: 'trace', on: on.toLowerCase() === 'on' }
      : problem('write `trace on` or `trace off`'),
  set: (words) => {
    const { pairs, rest } = split(words);
    if (rest.length > 0 || Object.keys(pairs).length === 0)
      return problem('write `set name=value`, with quotes around a value with spaces');
    return { kind: 'step', step: { set: pairs } };
  },
  goto: ([block]) =>
    block === undefined ? problem('write `goto <block>`, the id of a block') : { kind: 'step', step: { goto: block } },
  advance: ([time]) =>
    time === undefined
      ? problem('write `advance 10m`: a number and a unit, such as 90s, 10m, 24h or 2d')
      : { kind: 'step', step: { advance: time } },
  event: ([name, ...words]) =>
    name === undefined
      ? problem('write `event <name>`, and name=value for what it brings')
      : { kind: 'step', step: { event: { name, data: split(words).pairs } } },
  resume: (words) => ({ kind: 'step', step: { resume: split(words).pairs } }),
  handback: () => ({ kind: 'step', step: { handback: true } }),
  reset: () => ({ kind: 'step', step: { reset: true } }),
  save: (words) => saveOf(words),
};

/** Reads a command; what cannot be read is a problem in words, with the command that was likely meant. */
export function readCommand(text: string, meant: Meant): Command {
  const [name = 'help', ...words] = wordsOf(text);
  const reader = Object.hasOwn(COMMANDS, name.toLowerCase()) ? COMMANDS[name.toLowerCase()] : undefined;
  if (reader !== undefined) return reader(words);
  const close = meant(name, Object.keys(COMMANDS));
  return problem(`there is no command "${name}"${close === null ? '' : `: did you mean \`${close}\`?`}`);
}

/** What the help shows: `where` is what stands before a command, `/parley ` or `!`. */
export function helpText(where: string): string {
  const rows: readonly (readonly [string, string])[] = [
    ['flows', 'the flows that can be tried'],
    ['start <flow> [at <block>] [as whatsapp] [without calls] [name=value…]', 'a thread in which you are the contact'],
    ['trace on|off', 'shows after each answer which blocks, rules, variables and calls led to it'],
    ['vars', 'the variables'],
    ['set name=value…', 'changes variables'],
    ['goto <block>', 'goes on at a block'],
    ['advance 10m', 'lets time pass: timeouts, delays, the end of a session'],
    ['event <name> [name=value…]', 'an event comes'],
    ['resume [name=value…]', 'somebody uses the @resume.url that the flow has read'],
    ['handback', 'the team gives the conversation back'],
    ['reset', 'starts again with a new contact'],
    ['save as test [name]', 'the conversation as a flow test'],
  ];
  return rows.map(([command, what]) => `\`${where}${command}\` – ${what}`).join('\n');
}

/** Start <flow>, then in any order: at <block>, as <channel>, without calls, name=value. */
function startOf([flow, ...words]: readonly string[]): Command {
  if (flow === undefined) return problem('write `start <flow>`; `flows` lists them');
  const { pairs, rest } = split(words);
  const text = rest.join(' ').toLowerCase();
  const calls = / ?\bwithout calls\b/.test(text) ? 'mock' : 'real';
  const others = rest.filter((word) => !/^(?:without|calls)$/i.test(word));
  const named: Record<string, string> = {};
  for (let i = 0; i < others.length; i += 2) {
    const [key = '', value] = [others[i]?.toLowerCase(), others[i + 1]];
    if ((key !== 'as' && key !== 'at') || value === undefined)
      return problem(`"${others[i]}" cannot be read here: write \`start <flow> as whatsapp name=value\``);
    named[key === 'as' ? 'channel' : 'block'] = value;
  }
  const variables = Object.keys(pairs).length === 0 ? {} : { variables: pairs };
  return { kind: 'start', wanted: { flow, calls, ...named, ...variables } };
}

function saveOf(words: readonly string[]): Command {
  const [as = '', test = '', ...name] = words;
  if (as.toLowerCase() !== 'as' || test.toLowerCase() !== 'test')
    return problem('write `save as test`, and a name if you like');
  return { kind: 'save', ...(name.length === 0 ? {} : { name: name.join(' ') }) };
}

function problem(text: string): Command {
  return { kind: 'problem', text };
}

/** Words between spaces; quotes, also those that Slack makes round, keep spaces together. */
function wordsOf(text: string): string[] {
  const straight = text.replaceAll(/[“”„]/g, '"').replaceAll(/[‘’]/g, "'");
  return straight.match(/(?:[^\s"']|"[^"]*"|'[^']*'|["'])+/g) ?? [];
}

/** Pairs such as `name=value`, and what else there is, without quotes. */
function split(words: readonly string[]): { pairs: JsonObject; rest: string[] } {
  const isPair = (word: string): boolean => /^[A-Za-z][A-Za-z0-9_]*=/.test(word);
  const pairs = words.filter(isPair).map((word) => {
    const at = word.indexOf('=');
    return [word.slice(0, at), valueOf(word.slice(at + 1))] as const;
  });
  return { pairs: Object.fromEntries(pairs), rest: words.filter((word) => !isPair(word)).map(unquoted) };
}

/** Numbers, true, false, null, objects and lists are what they look like; everything else, and what is quoted, is text. */
function valueOf(written: string): Json {
  const plain = unquoted(written);
  if (plain !== written) return plain;
  const value = parseJson(written);
  if (value === undefined || typeof value === 'string') return written;
  // 007, 1.0 and numbers too long to be exact are codes rather than numbers.
  return typeof value === 'number' && String(value) !== written ? written : value;
}

function unquoted(word: string): string {
  return /^(["']).*\1$/s.test(word) && word.length > 1 ? word.slice(1, -1) : word;
}
