import type { ActionTest, CandidateRow, IntegrationFacts, Operations, PortFacts } from '../api/v1/operations.ts';
import { ParleyError } from '../domain/error.ts';
import type { JsonObject } from '../domain/json.ts';
import { scalar } from '../flow/edit.ts';
import type { NewOutput } from '../flow/edit.ts';
import { withOperations } from './backend.ts';
import { newOutputs, writeOutputs } from './outputs.ts';
import { counted, line, table } from './print.ts';
import { showTest } from './tried.ts';

/** What `parley integrations test` can be told. */
export interface TestOptions {
  readonly credential?: string;
  readonly action?: string;
  readonly input?: readonly string[];
  readonly write?: true | readonly string[];
}

/** `parley integrations list`: the built-in ones, and the custom ones below them (Truora). */
export function listIntegrations(): Promise<number> {
  return withOperations(async (operations) => {
    const all = await operations.integrations();
    const group = (title: string, name: string, none: string): void => {
      const rows = all.filter((each) => each.group === name);
      line(title);
      if (rows.length === 0) line(`  ${none}`);
      table(rows.map(summary), '  ');
    };
    group('Built-in integrations', 'built_in', 'none: this version comes without any');
    group('Custom integrations', 'custom', 'none: write one into integrations/ of FLOWS_DIR');
    return 0;
  });
}

function summary({ id, name, actions, credentials }: IntegrationFacts): string[] {
  const names = credentials.length === 0 ? 'no credential' : credentials.map((each) => each.name).join(', ');
  return [id, name, counted(actions.length, 'action'), names];
}

/** `parley integrations show`. */
export function showIntegration(id: string): Promise<number> {
  return withOperations(async (operations) => {
    const { name, description, file, authentication, origins, credentials, actions } = await operations.integration(id);
    line(`${id}: ${name}`);
    if (description !== null) line(description);
    line(`file: ${file}`);
    line(`calls: ${origins.join(', ')}`);
    line(`credentials: ${credentials.map((each) => each.name).join(', ') || 'none'}`);
    line('authentication fields');
    table(
      authentication.fields.map((field) => [field.identifier, field.name ?? '', field.type, needed(field.required)]),
      '  ',
    );
    for (const action of actions) {
      line(`action ${action.id}: ${action.name}`);
      ports('input', action.inputs);
      ports('output', action.outputs);
    }
    return 0;
  });
}

function ports(what: string, all: readonly PortFacts[]): void {
  table(
    all.map(({ key, name, type, required }) => [what, key, name, type, needed(required)]),
    '  ',
  );
}

function needed(required: boolean): string {
  return required ? 'required' : 'optional';
}

/** `parley integrations test`: tries a credential, or an action with sample inputs; 1 when it does not go well. */
export function testIntegration(id: string, options: TestOptions): Promise<number> {
  const { credential, action } = options;
  if (action === undefined && (options.input !== undefined || options.write !== undefined))
    throw new ParleyError('wrong_use', '--input and --write go with --action', 'Name the action to try.');
  return withOperations(async (operations) => {
    if (action === undefined)
      return showTest(await operations.testCredential(id, credential ?? (await onlyCredential(operations, id))));
    const inputs = inputsOf(options.input ?? []);
    const tried = await operations.testAction(id, action, {
      inputs,
      ...(credential === undefined ? {} : { credential }),
    });
    const code = showTest(tried);
    const { actions } = await operations.integration(id);
    showOutputs(tried, actions.find((each) => each.id === action)?.outputs ?? []);
    if (options.write === undefined) return code;
    return Math.max(code, await writeOutputs(id, action, tried.candidates, options.write));
  });
}

async function onlyCredential(operations: Operations, id: string): Promise<string> {
  const { credentials } = await operations.integration(id);
  const [first, second] = credentials;
  if (first !== undefined && second === undefined) return first.name;
  const hint =
    first === undefined
      ? `Add one with: parley credentials add ${id} <name>`
      : `Credentials: ${credentials.map((each) => each.name).join(', ')}`;
  throw new ParleyError(
    'wrong_use',
    `${id} has ${counted(credentials.length, 'credential')}: --credential has to name one`,
    hint,
  );
}

/** Sample values as a command line has them, `name=value` each. */
export function inputsOf(given: readonly string[]): JsonObject {
  return Object.fromEntries(
    given.map((each) => {
      const at = each.indexOf('=');
      if (at > 0) return [each.slice(0, at), each.slice(at + 1)];
      throw new ParleyError('wrong_use', `--input needs key=value, not "${each}"`);
    }),
  );
}

function showOutputs({ outputs, candidates }: ActionTest, declared: readonly PortFacts[]): void {
  const rows = Object.entries(outputs).map(([key, value]) => [key, JSON.stringify(value)]);
  if (rows.length > 0) line('outputs');
  table(rows, '  ');
  const more = newOutputs(candidates, declared);
  if (more.length === 0) return;
  line();
  line('what can become an output; paste what you need below `outputs:` of the action');
  for (const output of more) line(`  - ${yamlOf(output)}   # ${sampleOf(output, candidates)}`);
}

/** One entry of `outputs`, on one line. */
export function yamlOf({ key, name, type, as }: NewOutput): string {
  const other = as === undefined ? '' : `, as: ${scalar(as, 'as')}`;
  return `{ key: ${scalar(key, 'key')}, name: ${JSON.stringify(name)}, type: ${type}${other} }`;
}

function sampleOf({ key }: NewOutput, candidates: readonly CandidateRow[]): string {
  const sample = candidates.find(({ path }) => path === key)?.sample;
  return (JSON.stringify(sample) ?? '').slice(0, 60);
}
