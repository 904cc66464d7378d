import type { JsonObject } from '../domain/json.ts';
import type { Option, Outbound } from '../domain/message.ts';
import { toYaml } from '../flow/yaml-text.ts';
import type { Answered } from './bench-calls.ts';
import type { Bench } from './bench.ts';
import { runTest } from './runtest.ts';
import { readTestFile } from './testfile.ts';

/** What lets editors complete and check a file of `flows/tests/`. */
const SCHEMA = '# yaml-language-server: $schema=../.schema/test.json';

/**
 * A simulation as the YAML of a flow test: what was done and said, and mocks of what calls were answered with. It was run
 * once before it comes out; what a test cannot repeat is said in its first lines.
 */
export function savedTest(bench: Bench, name: string): string {
  const text = toYaml(testOf(bench, name));
  const problem = problemOf(text, bench);
  if (problem === null) return `${SCHEMA}\n${text}`;
  const lines = problem.split('\n').map((line) => `# ${line}`.trimEnd());
  return [SCHEMA, '# It does not pass as it is, because a test cannot repeat everything:', ...lines, text].join('\n');
}

function testOf(bench: Bench, name: string): JsonObject {
  const { start, begun, recorded } = bench;
  const { count, answered } = bench.called();
  const { flow, block } = bench.standing();
  const where = flow === null ? { ended: true } : { ended: false, block: block ?? '' };
  return {
    test: name,
    flow: start.flow,
    channel: start.channel,
    ...(start.language === undefined ? {} : { language: start.language }),
    now: new Date(begun).toISOString(),
    ...(answered.length === 0 ? {} : { mocks: mocksOf(answered) }),
    dialogue: [
      ...recorded.flatMap(({ step, bot }) => (bot.length === 0 ? [step] : [step, { bot: botSays(bot) }])),
      { expect: { ...where, calls: count } },
    ],
  };
}

/** One mock for each block that called, with its answers in their order. */
function mocksOf(answered: readonly Answered[]): JsonObject[] {
  return [...new Set(answered.map(({ on }) => on))].map((on) => {
    const replies = answered.filter((each) => each.on === on).map(({ reply }) => reply);
    const [only] = replies;
    return replies.length === 1 && only !== undefined ? { on, reply: only } : { on, replies };
  });
}

function botSays(bot: readonly Outbound[]): string | JsonObject | (string | JsonObject)[] {
  const all = bot.map(oneSays);
  const [only] = all;
  return all.length === 1 && only !== undefined ? only : all;
}

function oneSays(message: Outbound): string | JsonObject {
  const said = message.text ?? message.media?.caption ?? '';
  const options: readonly Option[] = message.buttons ?? message.quick_replies ?? message.list?.options ?? [];
  const text = said === '' ? {} : { text: literal(said) };
  if (options.length > 0) return { ...text, buttons: options.map(({ label }) => label) };
  return said === '' ? {} : literal(said);
}

/** A text between slashes would be read as a pattern, so it becomes the pattern of itself. */
function literal(text: string): string {
  if (!/^\/.*\/[iu]*$/s.test(text)) return text;
  return `/^${text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}$/u`;
}

function problemOf(text: string, { flows }: Bench): string | null {
  const read = readTestFile(text, 'saved.test.yaml');
  if (!('tests' in read)) return read.map(({ message }) => message).join('\n');
  return runTest(read, 0, flows).failure?.message ?? null;
}
