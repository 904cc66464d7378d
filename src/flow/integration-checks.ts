import type { ActionInput } from '../domain/integration.ts';
import type { Json } from '../domain/json.ts';
import { convertTo } from '../integrations/convert.ts';
import { Findings } from './diagnostic.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { UsedAction } from './draft.ts';
import { compileIntegration } from './integration.ts';
import type { CompiledIntegration } from './integration.ts';
import { suggestion } from './language/suggest.ts';
import type { SourceFile } from './sources.ts';
import type { YamlFile } from './read.ts';

/** An integration file of a project. */
export type CheckedIntegration = SourceFile & CompiledIntegration;

/** Holds the actions that a flow calls against the integrations that are there. */
export function checkActions(
  used: readonly UsedAction[],
  integrations: readonly CheckedIntegration[],
  yaml: YamlFile,
  findings: Findings,
): void {
  for (const use of used) {
    const found = integrations.find(({ id }) => id === use.integration);
    if (found === undefined) unknownIntegration(use, integrations, yaml, findings);
    else if (found.integration !== null) checkAction(use, found.integration.actions, yaml, findings);
  }
}

/** Compiles integration files; two of them cannot have one id. */
export function checkIntegrations(sources: readonly SourceFile[]): CheckedIntegration[] {
  const files = sources.map((source) => ({ ...source, ...compileIntegration(source.text, source.file) }));
  return files.map((file) => ({ ...file, diagnostics: [...file.diagnostics, ...sameId(file, files)] }));
}

function sameId(file: CheckedIntegration, files: readonly CheckedIntegration[]): Diagnostic[] {
  const first = files.find(({ id }) => id === file.id);
  if (file.id === undefined || first === undefined || first === file) return [];
  const findings = new Findings(file.file);
  findings.add(
    'duplicate-integration',
    file.yaml?.locate(['integration']) ?? { line: 1, column: 1 },
    `the integration id "${file.id}" is taken by ${first.file}`,
    'ids are unique: choose another',
  );
  return findings.list();
}

function unknownIntegration(
  use: UsedAction,
  integrations: readonly CheckedIntegration[],
  yaml: YamlFile,
  findings: Findings,
): void {
  const ids = integrations.flatMap(({ id }) => id ?? []);
  const known = ids.length === 0 ? 'write one into integrations/ of the flows folder' : `known: ${ids.join(', ')}`;
  findings.add(
    'unknown-integration',
    yaml.locate([...use.path, 'integration']),
    `there is no custom integration "${use.integration}"`,
    suggestion(use.integration, ids) ?? known,
  );
}

type Actions = ReadonlyMap<string, { readonly inputs: readonly ActionInput[] }>;

function checkAction(use: UsedAction, actions: Actions, yaml: YamlFile, findings: Findings): void {
  const action = actions.get(use.action);
  if (action === undefined) {
    const ids = [...actions.keys()];
    findings.add(
      'unknown-action',
      yaml.locate([...use.path, 'action']),
      `the integration ${use.integration} has no action "${use.action}"`,
      suggestion(use.action, ids) ?? `actions: ${ids.join(', ')}`,
    );
    return;
  }
  checkGiven(use, action.inputs, yaml, findings);
  checkMissing(use, action.inputs, yaml, findings);
}

function checkGiven(use: UsedAction, inputs: readonly ActionInput[], yaml: YamlFile, findings: Findings): void {
  const keys = inputs.map(({ key }) => key);
  for (const [key, value] of Object.entries(use.inputs)) {
    const input = inputs.find((each) => each.key === key);
    const path = [...use.path, 'inputs', key];
    if (input === undefined) {
      const known = keys.length === 0 ? 'it has no inputs' : `inputs: ${keys.join(', ')}`;
      const text = `the action ${use.action} has no input "${key}"`;
      findings.add('unknown-input', yaml.locateKey(path), text, suggestion(key, keys) ?? known);
    } else if (isFixed(value)) checkFixed(value, input, path, yaml, findings);
  }
}

/** A value that is written out is known before any contact comes. */
function isFixed(value: Json | undefined): value is string | number | boolean {
  if (typeof value === 'string') return !value.includes('@') && value !== '';
  return typeof value === 'number' || typeof value === 'boolean';
}

function checkFixed(
  value: Json,
  { key, type }: ActionInput,
  path: readonly (string | number)[],
  yaml: YamlFile,
  findings: Findings,
): void {
  const converted = convertTo(value, type);
  if ('problem' in converted) findings.add('bad-input', yaml.locate(path), `the input "${key}": ${converted.problem}`);
}

function checkMissing(use: UsedAction, inputs: readonly ActionInput[], yaml: YamlFile, findings: Findings): void {
  const empty = (value: Json | undefined): boolean => value === undefined || value === null || value === '';
  for (const { key, name, required } of inputs) {
    if (!required || !empty(use.inputs[key])) continue;
    findings.add(
      'missing-input',
      yaml.locate([...use.path, 'inputs']),
      `the action ${use.action} needs the input "${key}" (${name})`,
      `add ${key}: to inputs`,
    );
  }
}
