import type { ASTNode } from '@marcbachmann/cel-js';
import type { Json } from '../../domain/json.ts';
import { BINARY } from './arithmetic.ts';
import type { Compiling, Eval, Evaluation } from './evaluation.ts';
import { FUNCTIONS, limited, textOf } from './functions.ts';
import { compileMacro, isMacro } from './macros.ts';
import { compileMatches } from './matches.ts';
import { follow } from './path.ts';
import { Instant, Span, toJson, truthy } from './values.ts';
import type { Val } from './values.ts';

const NULL: Eval = () => null;

/** Turns a node of the parsed tree into a closure. Unknown names and functions are problems now, null later. */
export function compileNode(node: ASTNode, on: Compiling): Eval {
  switch (node.op) {
    case 'value':
      return literal(node.args, node, on);
    case 'id':
      return identifier(node.args, node, on);
    case '.':
    case '.?':
      return path(node, on) ?? field(compileNode(node.args[0], on), () => node.args[1]);
    case '[]':
    case '[?]':
      return index(compileNode(node.args[0], on), compileNode(node.args[1], on));
    case 'list':
      return list(node.args.map((item) => compileNode(item, on)));
    case 'map':
      return object(node.args.map(([key, value]) => [compileNode(key, on), compileNode(value, on)] as const));
    case 'call':
      return call(node.args[0], node.args[1], node, on);
    case 'rcall':
      return isMacro(node.args[0]) && node.args[2][0]?.op === 'id'
        ? compileMacro(node.args[0], node.args[1], node.args[2], node, on)
        : call(node.args[0], [node.args[1], ...node.args[2]], node, on);
    case '!_':
    case '-_':
    case '?:':
    case '||':
    case '&&':
      return logic(node, on);
    default:
      return binary(node.op, compileNode(node.args[0], on), compileNode(node.args[1], on));
  }
}

type LogicNode = Extract<ASTNode, { op: '!_' | '-_' | '?:' | '||' | '&&' }>;

function logic(node: LogicNode, on: Compiling): Eval {
  if (node.op === '!_') {
    const negated = compileNode(node.args, on);
    return (e) => !truthy(negated(e));
  }
  if (node.op === '-_') {
    const inner = compileNode(node.args, on);
    return (e) => minus(inner(e));
  }
  const [a, b] = [compileNode(node.args[0], on), compileNode(node.args[1], on)];
  if (node.op === '||') return (e) => truthy(a(e)) || truthy(b(e));
  if (node.op === '&&') return (e) => truthy(a(e)) && truthy(b(e));
  const otherwise = compileNode(node.args[2], on);
  return (e) => (truthy(a(e)) ? b(e) : otherwise(e));
}

function minus(value: Val): Val {
  if (value instanceof Span) return new Span(-value.ms);
  return typeof value === 'number' ? -value : null;
}

function literal(value: unknown, node: ASTNode, on: Compiling): Eval {
  if (typeof value === 'bigint') return constant(Number(value));
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return constant(value);
  on.problem('bytes and unsigned numbers are not used here', node, 'write a plain text or number');
  return NULL;
}

function constant(value: Json): Eval {
  return () => value;
}

/** `a.b.c` as one look-up, so that it means what `@a.b.c` means; null when it begins with something else. */
function path(node: ASTNode, on: Compiling): Eval | null {
  const steps: string[] = [];
  let root = node;
  while (root.op === '.' || root.op === '.?') {
    steps.unshift(root.args[1]);
    root = root.args[0];
  }
  return root.op === 'id' && !on.bound.has(root.args) ? identifier(root.args, root, on, steps) : null;
}

function identifier(name: string, node: ASTNode, on: Compiling, steps: readonly string[] = []): Eval {
  if (on.bound.has(name)) return (e) => e.locals.get(name) ?? null;
  const resolved = on.resolve(name, steps);
  if (resolved === null) {
    on.problem(`nothing here is called "${name}"`, node, undefined, 'unknown-name');
    return NULL;
  }
  if (resolved.variable !== undefined) on.used(resolved.variable, node.start);
  const written = [name, ...steps].join('.');
  return (e) => resolved.get(e.scope) ?? missing(e, written);
}

function field(subject: Eval, name: () => string): Eval {
  return (e) => {
    const value = subject(e);
    if (value instanceof Instant || value instanceof Span) return null;
    return follow(value, [name()]) ?? missing(e, name());
  };
}

function missing(e: Evaluation, name: string): null {
  e.note(`"${name}" is not set, so it is null`);
  return null;
}

function index(subject: Eval, key: Eval): Eval {
  return (e) => {
    const [value, step] = [subject(e), key(e)];
    if (value instanceof Instant || value instanceof Span) return null;
    if (typeof step !== 'string' && typeof step !== 'number') return null;
    return follow(value, [step]) ?? missing(e, String(step));
  };
}

function list(items: readonly Eval[]): Eval {
  return (e) => items.map((item) => plain(item(e)));
}

function object(entries: readonly (readonly [Eval, Eval])[]): Eval {
  return (e) => Object.fromEntries(entries.map(([key, value]) => [textOf(key(e)), plain(value(e))]));
}

/** Times inside lists and objects become text, as they would on the way out. */
function plain(value: Val): Json {
  return value instanceof Instant || value instanceof Span ? toJson(value) : value;
}

function call(name: string, args: readonly ASTNode[], node: ASTNode, on: Compiling): Eval {
  if (name === 'matches') return compileMatches(args, node, on);
  const compiled = args.map((arg) => compileNode(arg, on));
  if (name === 'has') return (e) => (compiled[0]?.(e) ?? null) !== null;
  const fn = FUNCTIONS.get(name);
  if (fn === undefined) {
    on.problem(`there is no function "${name}"`, node, undefined, 'unknown-name');
    return NULL;
  }
  if (args.length < fn.args[0] || args.length > fn.args[1])
    on.problem(`${name}() takes ${arity(fn.args)}, not ${args.length}`, node);
  return (e) => {
    e.step();
    return limited(
      fn.run(
        compiled.map((arg) => arg(e)),
        e,
      ),
    );
  };
}

function arity([least, most]: readonly [number, number]): string {
  if (least === most) return least === 1 ? 'one value' : `${least} values`;
  return `${least} to ${most} values`;
}

function binary(op: string, a: Eval, b: Eval): Eval {
  const run = BINARY[op];
  if (run === undefined) return NULL;
  return (e) => {
    e.step();
    const [left, right] = [a(e), b(e)];
    const result = run(left, right);
    if (result === undefined) e.note(`"${op}" does not fit these two values, so the result is null`);
    return limited(result ?? null);
  };
}
