import { own } from '../../domain/json.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import { linkedTo } from '../../domain/person.ts';
import type { Scope } from '../../domain/turn.ts';
import { follow } from './path.ts';
import type { Step } from './path.ts';

/** Reads one value from the scope of a turn. */
export type Getter = (scope: Scope) => Json | undefined;

/** The variables a flow knows: lower-case name to the name as the author wrote it. */
export interface KnownNames {
  readonly variables: ReadonlyMap<string, string>;
  /** Other names for variables, lower case, such as `extcall_1`. */
  readonly aliases: ReadonlyMap<string, string>;
}

/** A reference that means something: how to read it, and which variable it depends on. */
export interface Resolved {
  readonly get: Getter;
  /** The variable it reads, for the data-flow check; absent for what is always there. */
  readonly variable?: string;
}

const SYSTEM: ReadonlyMap<string, Getter> = new Map<string, Getter>([
  ['id', (s) => s.contact.id],
  ['bot_id', (s) => s.flowId],
  ['block_id', (s) => s.blockId],
  ['message', (s) => s.message],
  ['extra', (s) => s.extra],
  ['conversation', (s) => ({ id: s.contact.id })],
  ['server', (s) => ({ url: s.serverUrl })],
  ['resume', (s) => s.resume()],
  ['now', (s) => new Date(s.world.now()).toISOString()],
  ['today', (s) => new Date(s.world.now()).toISOString().slice(0, 10)],
]);

/** First names that are taken: no variable may have one. */
export const RESERVED: ReadonlySet<string> = new Set([
  ...SYSTEM.keys(),
  'contact',
  'flow',
  'secret',
  'auth',
  'input',
  'response',
  'true',
  'false',
  'null',
  'in',
]);

/** Finds what `root` followed by `steps` means in this flow, or null when nobody knows the name. */
export function resolve(root: string, steps: readonly Step[], known: KnownNames): Resolved | null {
  const name = root.toLowerCase();
  if (name === 'flow') return flowVariable(steps, known);
  if (name === 'contact') return { get: contactGetter(steps) };
  const system = SYSTEM.get(name);
  if (system !== undefined) return { get: through(system, steps), ...(name === 'extra' ? { variable: 'extra' } : {}) };
  const variable = known.variables.get(name) ?? known.aliases.get(name);
  return variable === undefined ? null : { get: pathGetter(variable, steps), variable };
}

/** Every name that could be meant, for suggestions. */
export function knownRoots(known: KnownNames): string[] {
  return [...known.variables.values(), ...known.aliases.keys(), ...SYSTEM.keys(), 'contact', 'flow'];
}

function flowVariable(steps: readonly Step[], known: KnownNames): Resolved | null {
  const [first, ...rest] = steps;
  if (first === undefined) return { get: (scope) => scope.variables };
  const written = String(first);
  const variable = known.variables.get(written.toLowerCase()) ?? known.aliases.get(written.toLowerCase()) ?? written;
  return { get: pathGetter(variable, rest), variable };
}

/**
 * `@answer.category` beside a plain `@answer`: what a question knows besides its value is kept under the
 * name with a dot in it, which no variable can have.
 */
function pathGetter(variable: string, steps: readonly Step[]): Getter {
  const value = variableGetter(variable);
  const [side] = steps;
  const direct = through(value, steps);
  if (steps.length !== 1 || typeof side !== 'string') return direct;
  const beside = variableGetter(`${variable}.${side}`);
  const text = side === 'text' ? value : () => undefined;
  return (scope) => direct(scope) ?? beside(scope) ?? plainText(text(scope));
}

function plainText(value: Json | undefined): Json | undefined {
  return typeof value === 'object' ? undefined : value;
}

function variableGetter(name: string): Getter {
  return (scope) => own(scope.variables, name);
}

function contactGetter(steps: readonly Step[]): Getter {
  const [first, ...rest] = steps;
  if (first === undefined) return (s) => ({ ...shownFields(s), id: s.contact.id, name: s.contact.name ?? null });
  if (first === 'id') return (s) => s.contact.id;
  if (first === 'name') return (s) => s.contact.name;
  if (first === 'channel') return (s) => s.contact.channel;
  if (first === 'address') return (s) => s.contact.address;
  if (first === 'language') return (s) => s.contact.language;
  if (first === 'linked') return through((s) => linkedTo(s.contact), rest);
  return through((s) => own(s.contact.fields, String(first)), rest);
}

/** Fields whose names begin with `_` are Parley's own, such as when codes were sent. */
function shownFields(scope: Scope): JsonObject {
  return Object.fromEntries(Object.entries(scope.contact.fields).filter(([name]) => !name.startsWith('_')));
}

/** A getter that goes on along a path. */
export function through(get: Getter, steps: readonly Step[]): Getter {
  if (steps.length === 0) return get;
  const [only] = steps;
  if (steps.length === 1 && typeof only === 'string' && only !== 'length') return (scope) => own(get(scope), only);
  return (scope) => follow(get(scope), steps);
}
