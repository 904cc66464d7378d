import { readFile, writeFile } from 'node:fs/promises';
import type { CandidateRow, IntegrationFacts } from '../api/v1/operations.ts';
import { ParleyError } from '../domain/error.ts';
import { readDefinitions } from '../flow/definitions.ts';
import { addOutputs } from '../flow/edit.ts';
import { suggestion } from '../flow/language/suggest.ts';
import { configOrFail } from './config.ts';
import { line } from './print.ts';

/** Adds parts of an answer, or all of them, to the outputs of an action in its file. Comments and order stay. */
export async function writeOutputs(
  integration: IntegrationFacts,
  action: string,
  candidates: readonly CandidateRow[],
  wanted: true | readonly string[],
): Promise<void> {
  const known = integration.actions.find(({ id }) => id === action)?.outputs.map(({ key }) => key) ?? [];
  const chosen = chosenOf(candidates, wanted).filter(({ path }) => !known.includes(path));
  const file = await fileOf(integration.id);
  const outputs = chosen.map(({ path, type }) => ({ key: path, name: nameOf(path), type }));
  const edited = addOutputs(await readFile(file, 'utf8'), action, outputs);
  if ('problem' in edited) throw new ParleyError('bad_flow', `${file}: ${edited.problem}`);
  await writeFile(file, edited.text);
  line();
  line(
    chosen.length === 0 ? `${file} has them already` : `added to ${file}: ${chosen.map(({ path }) => path).join(', ')}`,
  );
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
async function fileOf(id: string): Promise<string> {
  const { flowsDir } = configOrFail();
  const found = (await readDefinitions(flowsDir)).find((each) => each.id === id);
  if (found !== undefined) return found.file;
  throw new ParleyError('not_found', `there is no file of the integration ${id} in ${flowsDir}`, 'Set FLOWS_DIR.');
}

/** The last name of a path as people would write it: `data.validation_id` is "Validation id". */
export function nameOf(path: string): string {
  const names = path.match(/[^.[\]"']+/g) ?? [path];
  const last = names.findLast((name) => !/^\d+$/.test(name)) ?? path;
  const words = last.replaceAll(/[_-]+/g, ' ').trim();
  return words === '' ? last : words.charAt(0).toUpperCase() + words.slice(1);
}
