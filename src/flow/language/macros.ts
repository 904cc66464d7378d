import type { ASTNode } from '@marcbachmann/cel-js';
import type { Json } from '../../domain/json.ts';
import { isObject } from '../../domain/json.ts';
import type { Compiling, Eval, Evaluation } from './evaluation.ts';
import { toJson, truthy } from './values.ts';
import type { Val } from './values.ts';

type Body = (item: Json) => Val;

/** What each macro makes of a list and a body. */
const MACROS: Readonly<Record<string, (items: readonly Json[], body: Body) => Val>> = {
  map: (items, body) => items.map((item) => toJson(body(item))),
  filter: (items, body) => items.filter((item) => truthy(body(item))),
  exists: (items, body) => items.some((item) => truthy(body(item))),
  all: (items, body) => items.every((item) => truthy(body(item))),
  exists_one: (items, body) => items.filter((item) => truthy(body(item))).length === 1,
};

/** True for the names that bind a variable over a list. */
export function isMacro(name: string): boolean {
  return Object.hasOwn(MACROS, name);
}

/** Compiles `list.map(x, …)` and its kin; over an object they go through its keys, as CEL says. */
export function compileMacro(
  name: string,
  subject: ASTNode,
  args: readonly ASTNode[],
  node: ASTNode,
  on: Compiling,
): Eval {
  const [binder, ...rest] = args;
  const run = MACROS[name];
  const body = rest.at(-1);
  if (run === undefined || binder?.op !== 'id' || body === undefined || rest.length > (name === 'map' ? 2 : 1)) {
    on.problem(`${name}() takes a name and what to do with it`, node, `write items.${name}(item, …)`);
    return () => null;
  }
  const variable = binder.args;
  const inside: Compiling = { ...on, bound: new Set([...on.bound, variable]) };
  const items = on.compile(subject, on);
  const compiled = on.compile(body, inside);
  const keep = rest.length === 2 && rest[0] !== undefined ? on.compile(rest[0], inside) : undefined;
  return (e) => {
    const kept =
      keep === undefined ? listOf(items(e)) : listOf(items(e)).filter((item) => truthy(bind(e, variable, item, keep)));
    return run(kept, (item) => bind(e, variable, item, compiled));
  };
}

function bind(e: Evaluation, name: string, item: Json, body: Eval): Val {
  e.step();
  const before = e.locals.get(name);
  e.locals.set(name, item);
  const result = body(e);
  if (before === undefined) e.locals.delete(name);
  else e.locals.set(name, before);
  return result;
}

function listOf(value: Val): readonly Json[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? Object.keys(value) : [];
}
