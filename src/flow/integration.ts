import type { CallRequest } from '../domain/call.ts';
import type { Action, Integration } from '../domain/integration.ts';
import { isObject } from '../domain/json.ts';
import type { Scope } from '../domain/turn.ts';
import { READ_ONLY, definitionSchema } from '../integrations/definition.ts';
import type { Definition, WrittenAction } from '../integrations/definition.ts';
import { readOutputs } from '../integrations/outputs.ts';
import { versionOf } from './compile.ts';
import { Findings } from './diagnostic.ts';
import type { Diagnostic } from './diagnostic.ts';
import { compileOutputs } from './integration-outputs.ts';
import { compileIntegrationRequest } from './integration-request.ts';
import { reportIssues } from './issues.ts';
import { originOf } from './language/url.ts';
import { readYaml } from './read.ts';
import type { DataPath, YamlFile } from './read.ts';

/** An integration that checked, with what setting it up needs beside what flows need. */
export interface LiveIntegration extends Integration {
  readonly description?: string;
  readonly logo?: string;
  readonly authentication: Authentication;
  readonly actions: ReadonlyMap<string, LiveAction>;
  /** Where its requests go, such as `https://api.example`; `@server.url` stands for this server itself. */
  readonly origins: readonly string[];
  /** The file's content, for whoever shows it. */
  readonly definition: Definition;
  /** The request that proves a credential. */
  testRequest(scope: Scope): CallRequest | { readonly problem: string };
}

/** How the API knows its callers: the fields that a credential gives values for. */
export interface Authentication {
  readonly name?: string;
  readonly fields: readonly AuthField[];
}

/** One value of a credential: what requests call it, and how it is asked for. */
export interface AuthField {
  readonly identifier: string;
  readonly type: 'text' | 'password';
  readonly required: boolean;
  readonly name?: string;
}

/** An action with what setting it up needs. */
export interface LiveAction extends Action {
  readonly description?: string;
  /** The outputs as declared. */
  readonly declared: WrittenAction['outputs'];
}

/** What compiling a file gave: an integration if it has no errors, and what was found in any case. */
export interface CompiledIntegration {
  readonly integration: LiveIntegration | null;
  readonly diagnostics: readonly Diagnostic[];
  /** The id the file states, also when it has mistakes. */
  readonly id: string | undefined;
  readonly yaml: YamlFile | null;
}

/** How the request that proves a credential is called in logs, where actions have their ids. */
export const TEST_REQUEST = 'test_request';

/** Compiles a file of `flows/integrations`. Never throws for what an author wrote. */
export function compileIntegration(text: string, file: string): CompiledIntegration {
  const findings = new Findings(file);
  const yaml = readYaml(text, findings);
  if (yaml === null) {
    // Flows that use it should not be told that there is none.
    const [, id] = /^integration[ \t]*:[ \t]*["']?([a-z][a-z0-9-]*)/m.exec(text) ?? [];
    return { integration: null, diagnostics: findings.list(), id, yaml };
  }
  const id = isObject(yaml.data) ? yaml.data['integration'] : undefined;
  const facts = { id: typeof id === 'string' ? id : undefined, yaml };
  const parsed = definitionSchema.safeParse(yaml.data);
  if (!parsed.success) {
    reportIssues(parsed.error.issues, { file: yaml, findings, base: [], schema: definitionSchema, data: yaml.data });
    return { integration: null, diagnostics: findings.list(), ...facts };
  }
  const integration = assemble(parsed.data, { yaml, findings, file, version: versionOf(text) });
  return { integration: findings.failed ? null : integration, diagnostics: findings.list(), ...facts };
}

interface FileContext {
  readonly yaml: YamlFile;
  readonly findings: Findings;
  readonly file: string;
  readonly version: string;
}

function assemble(definition: Definition, on: FileContext): LiveIntegration {
  const { integration: id, name, description, logo, authentication, test_request: written } = definition;
  const fields = authentication.fields.map((field) => field.identifier);
  checkUnique(fields, (i) => ['authentication', 'fields', i, 'identifier'], 'authentication field', on);
  const ids = definition.actions.map(({ action }) => action);
  checkUnique(ids, (i) => ['actions', i, 'action'], 'action', on);
  const actions = definition.actions.map((action, i) => compileAction(action, i, { ...on, id, fields }));
  const test = compileIntegrationRequest(written, { ...on, path: ['test_request'], fields, inputs: [] });
  checkTest(written.method, on);
  return {
    id,
    name,
    file: on.file,
    version: on.version,
    ...(description === undefined ? {} : { description }),
    ...(logo === undefined ? {} : { logo }),
    authentication: authenticationOf(authentication),
    definition,
    actions: new Map(actions.map((action) => [action.id, action])),
    origins: originsOf(definition),
    testRequest: (scope) => withAction(test({}, scope), id, TEST_REQUEST),
  };
}

function authenticationOf({ name, fields }: Definition['authentication']): Authentication {
  return {
    ...(name === undefined ? {} : { name }),
    fields: fields.map(({ name: shown, ...field }) => ({ ...field, ...(shown === undefined ? {} : { name: shown }) })),
  };
}

function compileAction(
  written: WrittenAction,
  index: number,
  on: FileContext & { readonly id: string; readonly fields: readonly string[] },
): LiveAction {
  const path = ['actions', index];
  const { action: id, name, description, inputs, outputs: declared } = written;
  const keys = inputs.map(({ key }) => key);
  checkUnique(keys, (i) => [...path, 'inputs', i, 'key'], 'input', on);
  if (id === TEST_REQUEST)
    on.findings.add('reserved-name', on.yaml.locate([...path, 'action']), `"${id}" is the name of the test request`);
  const request = compileIntegrationRequest(written.request, { ...on, path: [...path, 'request'], inputs });
  const readers = compileOutputs(declared, [...path, 'outputs'], on);
  return {
    id,
    name,
    inputs,
    declared,
    ...(description === undefined ? {} : { description }),
    request: (given, scope) => withAction(request(given, scope), on.id, id),
    outputs: (outcome) => readOutputs(outcome.json, readers),
  };
}

function withAction<R extends object>(request: CallRequest | R, integration: string, action: string): CallRequest | R {
  return 'method' in request ? { ...request, action: { integration, action } } : request;
}

function originsOf({ test_request: test, actions }: Definition): string[] {
  const endpoints = [test.endpoint, ...actions.map(({ request }) => request.endpoint)];
  return [...new Set(endpoints.flatMap((endpoint) => originOf(endpoint) ?? []))];
}

function checkUnique(names: readonly string[], at: (i: number) => DataPath, what: string, on: FileContext): void {
  for (const [i, name] of names.entries()) {
    const first = names.indexOf(name);
    if (first === i) continue;
    const { line } = on.yaml.locate(at(first));
    on.findings.add('duplicate-id', on.yaml.locate(at(i)), `the ${what} "${name}" stands already on line ${line}`);
  }
}

/** Trying a credential should change nothing (Truora advises the same). */
function checkTest(method: string, { yaml, findings }: FileContext): void {
  if (READ_ONLY.has(method)) return;
  findings.add(
    'changing-test',
    yaml.locate(['test_request', 'method']),
    `the test request is a ${method}, which may change data each time a credential is tried`,
    'use a request that only reads, such as a GET',
  );
}
