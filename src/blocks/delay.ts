import { z } from 'zod';
import type { Turn } from '../domain/turn.ts';
import { defineBlock } from './block.ts';
import { span } from './fields.ts';

const schema = z
  .strictObject({ for: span.optional(), until: z.string().min(1).optional() })
  .refine((p) => (p.for === undefined) !== (p.until === undefined), { message: 'give either for or until' });

/** Waits, for a length of time or until a moment. Durable: it outlives restarts, and fires once. */
export const delay = defineBlock({
  summary: 'Waits for a length of time, or until a date and time, then goes on.',
  schema,
  example: `
- id: pause
  type: delay
  for: 90s
`,
  sets: () => [],
  compile(params, kit) {
    const { for: length } = params;
    const until = params.until === undefined ? undefined : kit.text(params.until, ['until']);
    const moment = (turn: Turn): number =>
      until === undefined ? turn.world.now() + (length ?? 0) : Date.parse(until(turn));
    return {
      enter(turn) {
        const at = moment(turn);
        if (Number.isNaN(at))
          return { kind: 'fail', code: 'bad_value', text: `"until" is no date and time: ${until?.(turn) ?? ''}` };
        return at <= turn.world.now() ? kit.next : { kind: 'wait', wait: { for: 'time', until: at } };
      },
      resume: () => kit.next,
    };
  },
});
