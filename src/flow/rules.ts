import type { CompiledTest, Path } from '../blocks/block.ts';
import { windowOpen } from '../domain/contact.ts';
import { isObject } from '../domain/json.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Scope } from '../domain/turn.ts';
import { findOperator, operatorNames } from '../operators/index.ts';
import { NO_MATCH, OperatorError } from '../operators/operator.ts';
import type { Operator, Test, TestContext, Verdict } from '../operators/operator.ts';
import { compileExpression } from './language/expression.ts';
import type { LanguageContext } from './language/expression.ts';
import type { Getter } from './language/names.ts';
import { suggestion } from './language/suggest.ts';
import { compileValue } from './language/template.ts';
import { truthy } from './language/values.ts';

/** Keys of a rule or case that say where to go, not what to test. */
const WIRING = new Set(['value', 'next', 'category', 'text', 'note']);
const LOGIC = new Set(['all', 'any', 'none', 'not', 'if']);

/** What compiling a rule reports to. */
export interface RuleContext {
  language(path: Path): LanguageContext;
  problem(code: string, text: string, path: Path, hint?: string): void;
}

const never = (name: string): CompiledTest => ({ name, run: () => NO_MATCH });

/** Compiles the test of a rule or case: one operator, one of `all any none not`, or `if` with an expression. */
export function compileTest(rule: JsonObject, path: Path, on: RuleContext): CompiledTest {
  const written = Object.keys(rule).filter((key) => !WIRING.has(key));
  const known = written.filter((key) => LOGIC.has(key) || findOperator(key) !== null);
  // Beside one operator that is known, any other key is a mistake in a key.
  const keys = known.length === 1 ? known : written;
  for (const key of written) if (!keys.includes(key)) unknownKey(key, [...path, key], on);
  const [key] = keys;
  if (key === undefined || keys.length > 1) {
    const found = key === undefined ? 'has none' : `has ${keys.length} (${keys.join(', ')})`;
    on.problem(
      'bad-operator',
      `a rule has exactly one operator; this one ${found}`,
      path,
      'combine several with all: or any:',
    );
    return never('none');
  }
  const own = rule['value'];
  const inner = LOGIC.has(key)
    ? logicTest(key, rule[key], [...path, key], on)
    : operatorTest(key, rule[key] ?? null, [...path, key], on);
  if (own === undefined) return findOperator(key)?.operator.subject === 'message' ? onMessage(inner) : inner;
  return withValue(
    inner,
    compileValue(own, (at) => on.language([...path, 'value', ...at])),
  );
}

function unknownKey(key: string, path: Path, on: RuleContext): void {
  on.problem(
    'unknown-operator',
    `there is no operator "${key}"`,
    path,
    suggestion(key, [...operatorNames(), ...LOGIC, ...WIRING, 'field']),
  );
}

/** Attachments and places are looked for in the whole message, unless something else was named. */
function onMessage(test: CompiledTest): CompiledTest {
  return { name: test.name, run: (value, scope) => test.run(typeof value === 'object' ? value : scope.message, scope) };
}

function withValue(test: CompiledTest, value: Getter): CompiledTest {
  return { name: test.name, run: (_, scope) => test.run(value(scope), scope) };
}

function logicTest(key: string, argument: Json | undefined, path: Path, on: RuleContext): CompiledTest {
  if (key === 'if') return expressionTest(argument, path, on);
  const list = key === 'not' ? [argument] : argument;
  if (!Array.isArray(list) || list.length === 0 || !list.every(isObject)) {
    on.problem('bad-operator', `"${key}" takes ${key === 'not' ? 'one rule' : 'a list of rules'}`, path);
    return never(key);
  }
  const tests = list.map((item, i) => compileTest(item, key === 'not' ? path : [...path, i], on));
  const name = `${key}(${tests.map((t) => t.name).join(', ')})`;
  return { name, run: (value, scope) => combine(key, tests, value, scope) };
}

function combine(key: string, tests: readonly CompiledTest[], value: Json | undefined, scope: Scope): Verdict {
  let last: Verdict = NO_MATCH;
  for (const test of tests) {
    const verdict = test.run(value, scope);
    if (verdict.kind === 'error') return verdict;
    if (key === 'all' && verdict.kind === 'no_match') return NO_MATCH;
    if (verdict.kind === 'match') {
      if (key === 'any') return verdict;
      if (key !== 'all') return NO_MATCH;
      last = verdict;
    }
  }
  if (key === 'all') return last;
  return key === 'any' ? NO_MATCH : { kind: 'match', value: value ?? null };
}

function expressionTest(argument: Json | undefined, path: Path, on: RuleContext): CompiledTest {
  if (typeof argument !== 'string') {
    on.problem('bad-operator', '"if" takes an expression in quotes, such as "age >= 18"', path);
    return never('if');
  }
  const source = /^\s*@\(([\s\S]*)\)\s*$/.exec(argument)?.[1] ?? argument;
  const evaluate = compileExpression(source, on.language(path));
  return { name: `if ${source}`, run: (_, scope) => verdictOf(evaluate(scope) ?? null) };
}

function verdictOf(value: Json): Verdict {
  return truthy(value) ? { kind: 'match', value } : NO_MATCH;
}

function operatorTest(key: string, argument: Json, path: Path, on: RuleContext): CompiledTest {
  const found = findOperator(key);
  if (found === null) {
    unknownKey(key, path, on);
    return never(key);
  }
  if (!accepts(found.operator, argument, found.name, path, on)) return never(found.name);
  const getter = compileValue(argument, (at) => on.language([...path, ...at]));
  return hasTemplate(argument) ? dynamicTest(found, getter) : staticTest(found, argument, path, on);
}

function accepts(operator: Operator, argument: Json, name: string, path: Path, on: RuleContext): boolean {
  if (operator.argument === undefined) {
    if (argument === true || argument === null) return true;
    on.problem('bad-operator', `"${name}" takes no argument; write ${name}: true`, path);
    return false;
  }
  if (hasTemplate(argument) || operator.argument.safeParse(argument).success) return true;
  on.problem(
    'bad-operator',
    `"${name}" cannot work with this argument`,
    path,
    `for example ${operator.example.trim()}`,
  );
  return false;
}

function staticTest(
  found: { name: string; operator: Operator },
  argument: Json,
  path: Path,
  on: RuleContext,
): CompiledTest {
  try {
    const test = found.operator.prepare(argument);
    return { name: label(found.name, argument), run: (value, scope) => test(value, contextOf(scope)) };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    on.problem(found.operator.group === 'pattern' ? 'bad-pattern' : 'bad-operator', error.message, path);
    return never(found.name);
  }
}

/** An argument with templates in it is prepared anew for each value it takes; the last one is kept. */
function dynamicTest(found: { name: string; operator: Operator }, argument: Getter): CompiledTest {
  let prepared: { key: string; test: Test } | null = null;
  return {
    name: found.name,
    run: (value, scope) => {
      const filled = argument(scope) ?? null;
      const key = JSON.stringify(filled);
      try {
        if (prepared?.key !== key) prepared = { key, test: found.operator.prepare(filled) };
        return prepared.test(value, contextOf(scope));
      } catch (error) {
        if (error instanceof OperatorError) return { kind: 'error', reason: error.message };
        throw error;
      }
    },
  };
}

function label(name: string, argument: Json): string {
  if (argument === true || argument === null) return name;
  const text = typeof argument === 'string' ? argument : JSON.stringify(argument);
  return `${name} ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`;
}

function hasTemplate(value: Json): boolean {
  if (typeof value === 'string') return /@/.test(value);
  if (Array.isArray(value)) return value.some((item: Json) => hasTemplate(item));
  return isObject(value) && Object.values(value).some((item) => hasTemplate(item ?? null));
}

function contextOf(scope: Scope): TestContext {
  const now = scope.world.now();
  return {
    language: scope.contact.language ?? scope.language,
    timezone: scope.timezone,
    now,
    channel: scope.contact.channel,
    windowOpen: windowOpen(scope.contact, now),
  };
}
