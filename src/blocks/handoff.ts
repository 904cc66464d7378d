import { z } from 'zod';
import { defineBlock } from './block.ts';
import { span } from './fields.ts';

const schema = z.strictObject({
  to: z.enum(['slack', 'api']).default('api'),
  message: z.string().min(1).optional(),
  summary: z.string().min(1).optional(),
  return_after: span.optional(),
});

/**
 * A person of the team takes over. The flow says nothing until that person gives the conversation back, or until
 * `return_after`; what the contact writes meanwhile is for the person.
 */
export const handoff = defineBlock({
  summary: 'Hands the conversation to a person of the team; the flow is silent until it is returned.',
  schema,
  example: `
- id: to_team
  type: handoff
  to: slack
  message: "One moment, a colleague takes over."
  summary: "@contact.name asks about order @order_number"
  return_after: 2h
`,
  sets: (_, id) => [id],
  compile(params, kit) {
    const message = params.message === undefined ? undefined : kit.text(params.message, ['message']);
    const summary = params.summary === undefined ? undefined : kit.text(params.summary, ['summary']);
    return {
      enter(turn) {
        if (message !== undefined) turn.say({ text: message(turn) });
        if (params.to !== 'api')
          turn.tellTeam({ channel: params.to, event: 'opened' }, { text: summary?.(turn) ?? '' });
        const until = params.return_after === undefined ? {} : { until: turn.world.now() + params.return_after };
        const state = { to: params.to, summary: summary?.(turn) ?? null };
        return { kind: 'wait', wait: { for: 'human', ...until, state } };
      },
      resume(turn, entry) {
        const by = entry.kind === 'timer' ? 'timer' : 'human';
        if (params.to !== 'api') turn.tellTeam({ channel: params.to, event: 'closed' }, { text: '' });
        turn.set(kit.id, { returned_by: by, at: new Date(turn.world.now()).toISOString() });
        return kit.next;
      },
    };
  },
});
