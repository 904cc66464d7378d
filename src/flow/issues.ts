import { z } from 'zod';
import { isObject, own } from '../domain/json.ts';
import type { Json } from '../domain/json.ts';
import type { Findings } from './diagnostic.ts';
import { didYouMean, suggestion } from './language/suggest.ts';
import type { DataPath, YamlFile } from './read.ts';

type Issue = z.core.$ZodIssue;

/** What turning an issue into a finding needs: the file, where its data hangs, and the schema for suggestions. */
export interface IssueContext {
  readonly file: Pick<YamlFile, 'locate' | 'locateKey'>;
  readonly findings: Findings;
  /** Path of the checked value within the file. */
  readonly base: DataPath;
  readonly schema: z.ZodType;
  readonly data: Json | undefined;
  /** Keys of the checked value that something else has read already. */
  readonly otherKeys?: readonly string[];
}

/** Reports what a schema found, in words and at the line of the value. */
export function reportIssues(issues: readonly Issue[], on: IssueContext): void {
  for (const issue of issues) reportIssue(issue, on);
}

function reportIssue(issue: Issue, on: IssueContext): void {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  const full = [...on.base, ...path];
  switch (issue.code) {
    case 'unrecognized_keys':
      for (const key of issue.keys) unknownKey(key, path, on);
      return;
    case 'invalid_union':
      return reportIssues(
        bestBranch(issue.errors).map((inner) => Object.assign({}, inner, { path: [...issue.path, ...inner.path] })),
        on,
      );
    case 'invalid_type':
      return wrongType(issue.expected, path, on);
    case 'invalid_value':
      return wrongValue(issue.values.map(String), path, on);
    default:
      on.findings.add('bad-value', on.file.locate(full), `${name(path)}${issue.message}`);
  }
}

/**
 * The branch that the author meant: of those that take this kind of value at all, the one that knows most of its keys,
 * and among these the one that came furthest.
 */
function bestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const takesKind = branches.filter(
    (branch) => !branch.some(({ code, path }) => code === 'invalid_type' && path.length === 0),
  );
  const strange = (branch: readonly Issue[]): number =>
    branch.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 0), 0);
  const depth = (branch: readonly Issue[]): number => Math.max(0, ...branch.map((issue) => issue.path.length));
  const [best] = [...(takesKind.length > 0 ? takesKind : branches)].sort(
    (a, b) => strange(a) - strange(b) || depth(b) - depth(a),
  );
  return best ?? [];
}

function unknownKey(key: string, path: DataPath, on: IssueContext): void {
  const known = [...keysAt(on.schema, path), ...(path.length === 0 ? (on.otherKeys ?? []) : [])];
  const hint = suggestion(key, known) ?? (known.length > 0 ? `known here: ${known.join(', ')}` : undefined);
  on.findings.add('unknown-key', on.file.locateKey([...on.base, ...path, key]), `"${key}" is not a key here`, hint);
}

function wrongType(expected: string, path: DataPath, on: IssueContext): void {
  const value = valueAt(on.data, path);
  const at = on.file.locate([...on.base, ...path]);
  if (value === undefined) {
    const meant = misspelling(path, on);
    if (meant !== undefined) return unknownKey(meant, path.slice(0, -1), on);
    on.findings.add('missing-key', at, `${name(path.slice(0, -1))}"${String(path.at(-1) ?? '')}" is missing`);
    return;
  }
  const quote = typeof value === 'number' || typeof value === 'boolean';
  const hint = expected === 'string' && quote ? `write "${String(value)}" in quotes` : undefined;
  on.findings.add('wrong-type', at, `${name(path)}this is ${described(value)}, but ${wanted(expected)} is meant`, hint);
}

/** A key beside a missing one that nobody knows and that is nearly the same. */
function misspelling(path: DataPath, on: IssueContext): string | undefined {
  const beside = valueAt(on.data, path.slice(0, -1));
  const known = keysAt(on.schema, path.slice(0, -1));
  const missing = String(path.at(-1));
  const strange = isObject(beside) ? Object.keys(beside).filter((key) => !known.includes(key)) : [];
  return strange.find((key) => didYouMean(key, known) === missing);
}

function wrongValue(allowed: readonly string[], path: DataPath, on: IssueContext): void {
  const value = valueAt(on.data, path);
  if (value === undefined) return wrongType('string', path, on);
  const hint = typeof value === 'string' ? suggestion(value, allowed) : undefined;
  const choice = allowed.length === 1 ? `only ${allowed[0]} is` : `one of ${allowed.join(', ')} is`;
  on.findings.add(
    'bad-value',
    on.file.locate([...on.base, ...path]),
    `${name(path)}this is ${described(value)}, but ${choice} meant`,
    hint,
  );
}

function name(path: DataPath): string {
  const last = path.findLast((step) => typeof step === 'string');
  return last === undefined ? '' : `${last}: `;
}

function valueAt(data: Json | undefined, path: DataPath): Json | undefined {
  let value = data;
  for (const step of path)
    value = Array.isArray(value) ? (value[Number(step)] as Json | undefined) : own(value, String(step));
  return value;
}

/** A value in the words of an author. */
export function described(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'empty';
  if (typeof value === 'string') return `the text "${value.length > 40 ? `${value.slice(0, 40)}…` : value}"`;
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'boolean') return `the truth value ${value}`;
  return isObject(value) ? 'a mapping' : 'a list';
}

const WANTED: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
};

function wanted(expected: string): string {
  return WANTED[expected] ?? expected;
}

/** The keys a schema knows at a path, through optional, list, mapping and union wrappers. */
export function keysAt(schema: z.core.$ZodType, path: DataPath): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return keysAt(schema.unwrap(), path);
  if (schema instanceof z.ZodPipe) return keysAt(schema.in, path);
  if (schema instanceof z.ZodUnion)
    return [...new Set(schema.options.flatMap((option: z.core.$ZodType) => keysAt(option, path)))];
  const [step, ...rest] = path;
  if (schema instanceof z.ZodArray && step !== undefined) return keysAt(schema.element, rest);
  if (schema instanceof z.ZodRecord && step !== undefined) return keysAt(schema.valueType, rest);
  if (!(schema instanceof z.ZodObject)) return [];
  if (step === undefined) return Object.keys(schema.shape);
  const field: unknown = schema.shape[String(step)];
  return field instanceof z.ZodType ? keysAt(field, rest) : [];
}
