import { z } from 'zod';
import type { Entry } from '../domain/entry.ts';
import { FORBIDDEN_NAMES } from '../domain/json.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Outcome, Turn } from '../domain/turn.ts';
import { defineBlock } from './block.ts';
import type { Kit } from './block.ts';
import { eventName, span, variableName } from './fields.ts';
import { compileTimeout, timeoutSchema } from './timeout.ts';

const schema = z.strictObject({
  events: z.array(eventName).min(1).optional(),
  timeout: timeoutSchema.optional(),
  expires: span.optional(),
});

type Params = z.output<typeof schema>;

const NO_TIMEOUT_EXIT = { text: 'nothing says where to go when nothing comes in time, so it goes on to next' };
const NO_TIMEOUT = { text: 'once the token has expired nothing can move the contact on, and there is no timeout' };

/**
 * Parks until an external system resumes by `@resume.url`, or an event comes (Landbot's set and go in one step). A
 * resume that came before the wait for it counts at once.
 */
export const wait_for_event = defineBlock({
  summary: 'Waits until an external system resumes the contact by @resume.url, or until an event comes.',
  schema,
  example: `
- id: payment
  type: wait_for_event
  events: [payment.settled, payment.refused]
  timeout: { after: 30m, next: too_late }
`,
  sets: (_, id) => [id],
  compile(params, kit) {
    const { late } = compileTimeout(params.timeout, kit, NO_TIMEOUT_EXIT);
    if (params.expires !== undefined && params.events === undefined && params.timeout === undefined)
      kit.exit('timeout', undefined, ['timeout'], NO_TIMEOUT);
    return {
      enter(turn) {
        const early = turn.takeEarly();
        return early === null ? waiting(params, turn) : resumed(early, turn, kit);
      },
      resume: (turn, entry) => moved(entry, turn, kit, late),
    };
  },
});

function waiting({ events, timeout, expires }: Params, turn: Turn): Outcome {
  const now = turn.world.now();
  return {
    kind: 'wait',
    wait: {
      for: 'outside',
      resume: true,
      ...(events === undefined ? {} : { events }),
      ...(timeout === undefined ? {} : { until: now + timeout.after }),
      ...(expires === undefined ? {} : { resumeUntil: now + expires }),
    },
  };
}

function moved(entry: Entry, turn: Turn, kit: Kit, late: Outcome): Outcome {
  if (entry.kind === 'resume') return resumed(entry.variables, turn, kit);
  if (entry.kind !== 'event') {
    result(turn, kit.id, 'timeout', null, null);
    return late;
  }
  result(turn, kit.id, 'event', entry.event, entry.data);
  return kit.next;
}

/** What a resume brings becomes variables of the flow, as far as their names can be some. */
function resumed(variables: JsonObject, turn: Turn, kit: Kit): Outcome {
  const brought = Object.entries(variables).map(([name, value]) => [name, value ?? null] as const);
  const good = brought.filter(([name]) => isName(name));
  for (const [name, value] of good) turn.set(name, value);
  for (const [name] of brought.filter(([given]) => !isName(given)))
    turn.record({ kind: 'note', block: kit.id, text: `"${name}" is no name for a variable, so it is left out` });
  result(turn, kit.id, 'resume', null, Object.fromEntries(good));
  return kit.next;
}

function isName(name: string): boolean {
  return variableName.safeParse(name).success && !FORBIDDEN_NAMES.has(name);
}

function result(turn: Turn, id: string, via: 'resume' | 'event' | 'timeout', event: string | null, data: Json): void {
  turn.set(id, { via, event, data });
}
