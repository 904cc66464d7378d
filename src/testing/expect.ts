import { own } from '../domain/json.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import { follow, parsePath } from '../flow/language/path.ts';
import { equal } from '../flow/language/values.ts';
import type { Simulator } from './simulator.ts';
import type { Expectation } from './testfile.ts';

/** Something did not happen as the test says. */
export class Mismatch extends Error {}

/** Holds what a step expects against how things stand; throws {@link Mismatch} for the first difference. */
export function expectNow(wanted: Expectation, simulator: Simulator): void {
  const { conversation, calls, lines } = simulator;
  const { session, contact } = conversation;
  const ended = lines.findLast((line) => line.kind === 'ended');
  same('ended', wanted.ended, session === null);
  same('block', wanted.block, session?.block);
  same('flow', wanted.flow, session?.flow);
  same('calls', wanted.calls, calls.length);
  same('redirect_url', wanted.redirect_url, ended?.redirect_url);
  same('waiting_for', wanted.waiting_for, session?.wait.for);
  values('variable', wanted.variables, session?.variables ?? lastVariables(simulator));
  values('contact', wanted.contact, { ...contact.fields, name: contact.name, language: contact.language });
  values('extra', wanted.extra, session?.extra);
  expectPosts(wanted, simulator);
}

/** What flows raised and started; what the test leaves out may be anything. */
function expectPosts(wanted: Expectation, { posts }: Simulator): void {
  const events = posts.flatMap(({ entry }) =>
    entry.kind === 'event' ? [{ name: entry.event, data: entry.data }] : [],
  );
  const started = posts.flatMap(({ contact, entry }) =>
    entry.kind === 'start' ? [{ flow: entry.flow, contact, variables: entry.variables ?? {} }] : [],
  );
  if (wanted.events !== undefined) inOrder('events', wanted.events, events, 'name');
  if (wanted.started !== undefined) inOrder('started', wanted.started, started, 'flow');
}

/** Each is wanted by its name alone, or by the keys that are written. */
function inOrder(
  what: string,
  wanted: readonly (string | JsonObject)[],
  found: readonly JsonObject[],
  name: string,
): void {
  const reduced = found.map((one, i): Json => {
    const like = wanted[i];
    if (typeof like !== 'object') return own(one, name) ?? null;
    return Object.fromEntries(Object.entries(one).filter(([key]) => key in like));
  });
  same(what, wanted, reduced);
}

function values(what: string, wanted: JsonObject | undefined, found: Json | undefined): void {
  for (const [path, value] of Object.entries(wanted ?? {})) same(`${what} ${path}`, value, valueAt(found, path));
}

function valueAt(value: Json | undefined, path: string): Json | undefined {
  return own(value, path) ?? follow(value, parsePath(path) ?? [path]);
}

/** After the end of a session its variables are read from the trace. */
function lastVariables({ events }: Simulator): JsonObject {
  return Object.fromEntries(
    events.flatMap((event) => (event.kind === 'variable_set' ? [[event.name, event.value]] : [])),
  );
}

function same(what: string, wanted: Json | undefined, found: Json | undefined): void {
  if (wanted === undefined || equal(wanted, found ?? null)) return;
  throw new Mismatch(`${what}:\n  - ${JSON.stringify(wanted)}\n  + ${JSON.stringify(found ?? null)}`);
}
