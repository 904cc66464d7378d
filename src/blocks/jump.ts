import { z } from 'zod';
import { defineBlock } from './block.ts';

const schema = z.strictObject({ flow: z.string().min(1), block: z.string().min(1).optional() });

/** Goes to another flow for good (SmartFlows' Jump To). Variables come along. */
export const jump = defineBlock({
  summary: 'Goes to another flow, or to a block of one, for good.',
  schema,
  example: `
- id: to_support
  type: jump
  flow: support
`,
  sets: () => [],
  compile(params, kit) {
    kit.fallsThrough(false);
    const away = kit.jump(params.flow, params.block, ['flow']);
    return { enter: () => away };
  },
});
