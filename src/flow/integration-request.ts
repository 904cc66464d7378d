import type { BadRequest, Path, RequestSource } from '../blocks/block.ts';
import type { CallRequest } from '../domain/call.ts';
import type { ActionInput } from '../domain/integration.ts';
import { own } from '../domain/json.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Scope } from '../domain/turn.ts';
import { convertTo } from '../integrations/convert.ts';
import type { WrittenRequest } from '../integrations/definition.ts';
import type { Findings } from './diagnostic.ts';
import type { LanguageContext } from './language/expression.ts';
import { RESERVED, through } from './language/names.ts';
import { fieldSecrets } from './language/seal.ts';
import type { Special, SpecialNames } from './language/seal.ts';
import { suggestion } from './language/suggest.ts';
import type { YamlFile } from './read.ts';
import { compileRequest } from './request.ts';
import { findInlineSecrets } from './request-secrets.ts';

/** Where a request of an integration stands, and what it may name. */
export interface RequestPlace {
  readonly yaml: YamlFile;
  readonly findings: Findings;
  readonly path: Path;
  /** Identifiers of the authentication fields. */
  readonly fields: readonly string[];
  readonly inputs: readonly ActionInput[];
}

/** A request of an integration, ready to be made with inputs. */
export type IntegrationRequest = (inputs: JsonObject, scope: Scope) => CallRequest | BadRequest;

/** Names that a request has besides `@input` and `@auth`: an integration is the same for every flow and contact. */
const SHARED = new Set(['now', 'today', 'server']);

/** Compiles a request: its inputs are converted first, and one that does not fit ends it before any call. */
export function compileIntegrationRequest(written: WrittenRequest, place: RequestPlace): IntegrationRequest {
  const source = sourceOf(written);
  const cell: { inputs: JsonObject } = { inputs: {} };
  const render = compileRequest(source, [], languageAt(place), (seal) => {
    const secrets = fieldSecrets(seal, place.fields);
    return (root, steps) => secrets(root, steps) ?? inputNames(place.inputs, cell)(root, steps);
  });
  findInlineSecrets(source, ({ path, name }) => reportSecret(name, fileStep(path), place));
  const retry = written.retry === undefined ? {} : { retry: written.retry };
  return (given, scope) => {
    const inputs = converted(given, place.inputs);
    if ('problem' in inputs) return inputs;
    cell.inputs = inputs.values;
    const request = render(scope);
    cell.inputs = {};
    return 'problem' in request ? request : { ...request, ...retry };
  };
}

function sourceOf({ method, endpoint, query, headers, body, content_type, timeout }: WrittenRequest): RequestSource {
  return {
    type: 'custom_integration',
    method,
    url: endpoint,
    timeout,
    contentType: content_type,
    ...(query === undefined ? {} : { query }),
    ...(headers === undefined ? {} : { headers }),
    ...(body === undefined ? {} : { body }),
  };
}

function languageAt({ yaml, findings, path }: RequestPlace): (at: Path) => LanguageContext {
  return (at) => {
    const full = [...path, ...fileStep(at)];
    return {
      known: { variables: new Map(), aliases: new Map() },
      problem: (p) => findings.add(p.code, yaml.locateIn(full, p.offset), p.text, p.hint),
      used: () => undefined,
    };
  };
}

/** What requests call `url` is the endpoint in these files. */
function fileStep(path: Path): Path {
  return path[0] === 'url' ? ['endpoint', ...path.slice(1)] : path;
}

function reportSecret(name: string, at: Path, { yaml, findings, path }: RequestPlace): void {
  findings.add(
    'inline-secret',
    yaml.locate([...path, ...at]),
    `${name === '' ? 'the address' : `"${name}"`} has a secret that is written out`,
    'declare an authentication field, write @auth.<identifier> here, and keep the value in a credential',
  );
}

/** `@input.<key>` of the declared inputs; what only a flow knows has to come as an input. */
function inputNames(inputs: readonly ActionInput[], cell: { readonly inputs: JsonObject }): SpecialNames {
  const keys = inputs.map(({ key }) => key);
  return (root, steps) => {
    const space = root.toLowerCase();
    const [key, ...rest] = steps;
    if (space === 'input' && key !== undefined)
      return keys.includes(String(key))
        ? { kind: 'value', get: through(() => own(cell.inputs, String(key)), rest) }
        : unknownInput(String(key), keys);
    if (SHARED.has(space) || !RESERVED.has(space)) return undefined;
    const hint = 'an integration knows its inputs and authentication fields only: give the value as an input';
    return { kind: 'problem', code: 'bad-template', text: `"@${root}" is not known here`, hint };
  };
}

function unknownInput(key: string, keys: readonly string[]): Special {
  const known = keys.length === 0 ? 'there are none here' : `inputs: ${keys.join(', ')}`;
  return {
    kind: 'problem',
    code: 'unknown-input',
    text: `there is no input "${key}"`,
    hint: suggestion(key, keys) ?? known,
  };
}

function converted(
  given: JsonObject,
  declared: readonly ActionInput[],
): { readonly values: JsonObject } | { readonly problem: string } {
  const values: Record<string, Json> = {};
  for (const { key, name, type, required } of declared) {
    const value = own(given, key);
    if (value === undefined || value === null || value === '') {
      if (required) return { problem: `the input "${key}" (${name}) is missing` };
      continue;
    }
    const fitting = convertTo(value, type);
    if ('problem' in fitting) return { problem: `the input "${key}" (${name}): ${fitting.problem}` };
    values[key] = fitting.value;
  }
  return { values };
}
