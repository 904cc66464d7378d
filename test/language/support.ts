import type { Scope } from '../../src/domain/turn.ts';
import { newContact } from '../../src/domain/contact.ts';
import type { TurnEvent } from '../../src/domain/event.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { LanguageContext, LanguageProblem } from '../../src/flow/language/expression.ts';
import { FrozenWorld } from '../../src/testing/world.ts';

/** Variables that the tables of this folder read. */
export const VARIABLES: JsonObject = {
  name: 'Ana',
  age: 34,
  half: 0.5,
  empty: '',
  yes: true,
  nothing: null,
  list: [3, 1, 2],
  people: [
    { name: 'Ana', age: 34 },
    { name: 'Bo', age: 12 },
  ],
  data: { status: 'paid', deep: { list: [{ c: 7 }], 'odd key': 1 } },
  answer: 'yes please',
  'answer.category': 'Yes',
};

/** A scope as a turn would give it, and what was written into its trace. */
export function scopeOf(variables: JsonObject = VARIABLES): Scope & { readonly notes: TurnEvent[] } {
  const notes: TurnEvent[] = [];
  const contact = { ...newContact('web', 'x1', { name: 'Ana María', language: 'en' }), fields: { plan: 'gold' } };
  return {
    variables,
    contact,
    extra: { status: 'Shipped', n: 3 },
    message: { id: 'm1', text: 'hello', attachments: [] },
    flowId: 'flow-1',
    blockId: 'block_1',
    serverUrl: 'http://parley.test',
    language: 'en',
    timezone: 'UTC',
    world: new FrozenWorld(),
    tracing: true,
    resume: () => ({ token: 'token-1', url: 'http://parley.test/api/v1/resume/token-1' }),
    integration: () => undefined,
    record: (event) => void notes.push(event),
    notes,
  };
}

/** A compiling context that knows those variables and keeps the problems. */
export function languageContext(): LanguageContext & {
  readonly problems: LanguageProblem[];
  readonly reads: string[];
} {
  const problems: LanguageProblem[] = [];
  const reads: string[] = [];
  const names = Object.keys(VARIABLES).filter((name) => !name.includes('.'));
  return {
    known: {
      variables: new Map(names.map((name) => [name.toLowerCase(), name])),
      aliases: new Map([['extcall_1', 'data']]),
    },
    problem: (problem) => void problems.push(problem),
    used: (variable) => void reads.push(variable),
    problems,
    reads,
  };
}
