import { z } from 'zod';
import { defineBlock } from './block.ts';
import { eventName, jsonValue } from './fields.ts';

const schema = z.strictObject({ event: eventName, data: jsonValue.optional() });

/** Raises an event for this contact. It counts after the turn: a flow that waits goes on, another may start. */
export const emit = defineBlock({
  summary: 'Raises an event for this contact: flows that wait for it go on, flows triggered by it start.',
  schema,
  example: `
- id: tell
  type: emit
  event: order.placed
  data: { order: "@order_number" }
`,
  sets: () => [],
  compile({ event, data: written }, kit) {
    kit.emits(event, ['event']);
    const data = written === undefined ? () => null : kit.value(written, ['data']);
    return {
      enter(turn) {
        const filled = data(turn) ?? null;
        turn.emit(event, filled);
        if (turn.tracing) turn.record({ kind: 'event_raised', block: kit.id, event, data: filled });
        return kit.next;
      },
    };
  },
});
