import { readFile, writeFile } from 'node:fs/promises';
import type { CandidateRow } from '../api/v1/operations.ts';
import { ParleyError } from '../domain/error.ts';
import { readDefinitions } from '../flow/definitions.ts';
import { addOutputs } from '../flow/edit.ts';
import type { NewOutput } from '../flow/edit.ts';
import { nameGiven, nameWanted } from '../flow/integration-outputs.ts';
import { compileIntegration } from '../flow/integration.ts';
import type { LiveIntegration } from '../flow/integration.ts';
import { suggestion } from '../flow/language/suggest.ts';
import { configOrFail } from './config.ts';
import { line } from './print.ts';

/**
 * Adds parts of an answer, or all of them, to the outputs of an action in its file. Comments and order stay. What would
 * not check is left out and said: 1 then, else 0.
 */
export async function writeOutputs(
  integration: string,
  action: string,
  candidates: readonly CandidateRow[],
  wanted: true | readonly string[],
): Promise<number> {
  const { file, actions } = await definitionOf(integration);
  const outputs = newOutputs(chosenOf(candidates, wanted), actions.get(action)?.declared ?? []);
  const text = await readFile(file, 'utf8');
  const edited = outputsIn(text, file, action, outputs);
  if ('problem' in edited) throw new ParleyError('bad_flow', `${file}: ${edited.problem}`);
  if (edited.text !== text) await writeFile(file, edited.text);
  line();
  if (outputs.length === 0) line(`${file} has them already`);
  if (edited.added.length > 0) line(`added to ${file}: ${edited.added.map(shown).join(', ')}`);
  for (const { output, why } of edited.skipped) line(`not added: ${output.key}, as ${file} would not check: ${why}`);
  return edited.skipped.length === 0 ? 0 : 1;
}

function shown({ key, as }: NewOutput): string {
  return as === undefined ? key : `${key} as ${as}`;
}

/** The parts of an answer that an action does not have yet, each by a name that is free. */
export function newOutputs(
  candidates: readonly Pick<CandidateRow, 'path' | 'type'>[],
  declared: readonly { readonly key: string; readonly as?: string | undefined }[],
): NewOutput[] {
  const used = new Set(declared.flatMap((output) => nameGiven(output) ?? []));
  const fresh = candidates.filter(({ path }) => !declared.some(({ key }) => key === path));
  return fresh.map(({ path: key, type }) => {
    const as = nameWanted(key, used);
    used.add(as ?? nameGiven({ key }) ?? key);
    return { key, name: nameOf(key), type, ...(as === undefined ? {} : { as }) };
  });
}

/** A file with outputs in it, and those that are left out because it would not check with them. */
interface Added {
  readonly text: string;
  readonly added: readonly NewOutput[];
  readonly skipped: readonly { readonly output: NewOutput; readonly why: string }[];
}

/** The text of a file with the outputs that check: all at once, or else one after the other. */
export function outputsIn(
  text: string,
  file: string,
  action: string,
  outputs: readonly NewOutput[],
): Added | { readonly problem: string } {
  const all = addOutputs(text, action, outputs);
  if ('problem' in all) return all;
  if (faultIn(all.text, file) === undefined) return { text: all.text, added: outputs, skipped: [] };
  return oneByOne(text, file, action, outputs);
}

function oneByOne(text: string, file: string, action: string, outputs: readonly NewOutput[]): Added {
  const added: NewOutput[] = [];
  const skipped: { readonly output: NewOutput; readonly why: string }[] = [];
  let sofar = text;
  for (const output of outputs) {
    const edited = addOutputs(sofar, action, [output]);
    const why = 'problem' in edited ? edited.problem : faultIn(edited.text, file);
    if ('problem' in edited || why !== undefined) skipped.push({ output, why: why ?? '' });
    else {
      sofar = edited.text;
      added.push(output);
    }
  }
  return { text: sofar, added, skipped };
}

function faultIn(text: string, file: string): string | undefined {
  return compileIntegration(text, file).diagnostics.find(({ severity }) => severity === 'error')?.message;
}

function chosenOf(candidates: readonly CandidateRow[], wanted: true | readonly string[]): readonly CandidateRow[] {
  if (wanted === true) return candidates;
  return wanted.map((path) => {
    const found = candidates.find((candidate) => candidate.path === path);
    if (found !== undefined) return found;
    const paths = candidates.map((candidate) => candidate.path);
    const hint = suggestion(path, paths) ?? `It has: ${paths.join(', ') || 'nothing that can become an output'}`;
    throw new ParleyError('wrong_use', `the answer has no "${path}"`, hint);
  });
}

/** The file here: a running server may have its flows in another place. */
async function definitionOf(id: string): Promise<LiveIntegration> {
  const { flowsDir } = configOrFail();
  const found = (await readDefinitions(flowsDir)).find((each) => each.id === id);
  if (found !== undefined) return found;
  throw new ParleyError('not_found', `there is no file of the integration ${id} in ${flowsDir}`, 'Set FLOWS_DIR.');
}

/** The last name of a path as people would write it: `data.validation_id` is "Validation id". */
export function nameOf(path: string): string {
  const names = path.match(/[^.[\]"']+/g) ?? [path];
  const last = names.findLast((name) => !/^\d+$/.test(name)) ?? path;
  const words = last.replaceAll(/[_-]+/g, ' ').trim();
  return words === '' ? path : words.charAt(0).toUpperCase() + words.slice(1);
}
