import type { Path } from '../blocks/block.ts';
import { FORBIDDEN_NAMES, own } from '../domain/json.ts';
import type { WrittenOutput } from '../integrations/definition.ts';
import type { OutputReader } from '../integrations/outputs.ts';
import type { Findings } from './diagnostic.ts';
import { follow, parsePath } from './language/path.ts';
import { nearPath } from './near.ts';
import type { YamlFile } from './read.ts';

/** What a block has under its id already, whatever the action gives. */
const TAKEN = new Set(['integration_status', 'status_code', 'succeeded', 'timed_out', 'error', 'problem']);

interface Place {
  readonly yaml: YamlFile;
  readonly findings: Findings;
}

/** Compiles the outputs of an action; names that clash or cannot be made are reported. */
export function compileOutputs(outputs: readonly WrittenOutput[], path: Path, on: Place): OutputReader[] {
  const seen = new Map<string, number>();
  return outputs.flatMap((output, i) => {
    const at = [...path, i];
    const reader = compileOutput(output, at, on);
    if (reader === null) return [];
    const first = seen.get(reader.as);
    if (first === undefined) seen.set(reader.as, i);
    else clash(reader.as, at, [...path, first], on);
    return [reader];
  });
}

function compileOutput(output: WrittenOutput, path: Path, { yaml, findings }: Place): OutputReader | null {
  const { key, type, required } = output;
  const steps = parsePath(key) ?? (/[.[\]]/.test(key) ? null : [key]);
  if (steps === null) {
    const hint = 'write a property or a path such as a.b[0].c';
    findings.add('bad-path', yaml.locate([...path, 'key']), `"${key}" is no path into the answer`, hint);
    return null;
  }
  const as = output.as ?? nameOf(steps);
  const wrong =
    as === null ? 'has no name that flows could read it by' : TAKEN.has(as) ? 'has a name that is taken' : null;
  if (as === null || wrong !== null) {
    const hint = `give it another with as:, such as as: ${as ?? 'value'}_of_answer`;
    findings.add(
      'reserved-name',
      yaml.locate([...path, output.as === undefined ? 'key' : 'as']),
      `the output "${key}" ${wrong}`,
      hint,
    );
    return null;
  }
  return {
    key,
    as,
    type,
    required,
    read: (answer) => own(answer, key) ?? follow(answer, steps),
    near: (answer) => nearPath(answer, steps),
  };
}

/**
 * What a new output has to be called beside the names that are used: undefined where its own last name will do. A
 * name that is used gets the steps before it (`a_id`), one that flows cannot read is spelt anew (`x_custom`), and one
 * that blocks have already gets an ending (`status_code_of_answer`).
 */
export function nameWanted(key: string, used: ReadonlySet<string>): string | undefined {
  const steps = parsePath(key) ?? [key];
  const natural = nameOf(steps);
  const free = (name: string): boolean => !used.has(name) && !isTaken(name);
  if (natural !== null && free(natural)) return undefined;
  const words = steps.filter((step) => typeof step === 'string').map((step) => step.replaceAll(/[^A-Za-z0-9_]+/g, '_'));
  const last = readable(words.slice(-1));
  const wanted = isTaken(last) ? `${last}_of_answer` : last;
  const longer = words.map((_, i) => readable(words.slice(-i - 1))).slice(1);
  return [wanted, ...longer].find(free) ?? numbered(wanted, free);
}

/** The name that flows read an output by; null when it has none. */
export function nameGiven({ key, as }: { readonly key: string; readonly as?: string | undefined }): string | null {
  return as ?? nameOf(parsePath(key) ?? [key]);
}

function readable(words: readonly string[]): string {
  return (
    words
      .join('_')
      .replace(/^[^A-Za-z]+/, '')
      .replace(/_+$/, '') || 'value'
  );
}

function numbered(name: string, free: (name: string) => boolean): string {
  let number = 2;
  while (!free(`${name}_${number}`)) number += 1;
  return `${name}_${number}`;
}

function isTaken(name: string): boolean {
  return TAKEN.has(name) || FORBIDDEN_NAMES.has(name);
}

/** The last name of a path: `data.validation_id` is read as `validation_id`. */
function nameOf(steps: readonly (string | number)[]): string | null {
  const last = steps.findLast((step) => typeof step === 'string');
  return last !== undefined && /^[A-Za-z][A-Za-z0-9_]*$/.test(last) ? last : null;
}

function clash(as: string, path: Path, first: Path, { yaml, findings }: Place): void {
  const { line } = yaml.locate(first);
  findings.add(
    'duplicate-id',
    yaml.locate(path),
    `the output of line ${line} is called "${as}" already`,
    'give one of them another name with as:',
  );
}
