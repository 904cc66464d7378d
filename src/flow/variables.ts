import { FORBIDDEN_NAMES } from '../domain/json.ts';
import type { Json } from '../domain/json.ts';
import type { Findings } from './diagnostic.ts';
import { RESERVED } from './language/names.ts';
import type { KnownNames } from './language/names.ts';
import type { ParsedBlock } from './parse.ts';
import type { DataPath, YamlFile } from './read.ts';
import type { FlowFile } from './schema.ts';

/** All variables of a flow; what is wrong with a name is reported where it is first given. */
export function collectNames(
  file: FlowFile,
  blocks: readonly ParsedBlock[],
  yaml: YamlFile,
  findings: Findings,
): KnownNames {
  const variables = new Map<string, string>();
  const add = (name: string, at: DataPath): void => {
    const problem = nameProblem(name, variables.get(name.toLowerCase()));
    if (problem === null) variables.set(name.toLowerCase(), name);
    else findings.add('reserved-name', yaml.locate(at), problem, 'choose another name');
  };
  for (const name of Object.keys(file.variables ?? {})) add(name, ['variables', name]);
  for (const { draft } of blocks) {
    for (const name of draft.sets) if (name !== 'extra') add(name, [...draft.path, 'id']);
  }
  const webCalls = blocks.filter(({ draft }) => draft.type === 'external_web_call');
  return { variables, aliases: new Map(webCalls.map(({ draft }, i) => [`extcall_${i + 1}`, draft.id])) };
}

function nameProblem(name: string, taken: string | undefined): string | null {
  if (RESERVED.has(name.toLowerCase()) || FORBIDDEN_NAMES.has(name))
    return `"${name}" is used by Parley itself and cannot be a variable`;
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name))
    return `"${name}" is no name for a variable: letters, digits and _ with a letter first`;
  return taken === undefined || taken === name
    ? null
    : `"${name}" and "${taken}" differ only in capitals, which references do not look at`;
}

/** What the declared variables are when a session starts. */
export function defaultsOf(file: FlowFile): Readonly<Record<string, Json>> {
  const entries = Object.entries(file.variables ?? {});
  return Object.fromEntries(
    entries.flatMap(([name, declared]) => (declared.default === undefined ? [] : [[name, declared.default] as const])),
  );
}
