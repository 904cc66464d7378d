import { z } from 'zod';
import { defineBlock } from './block.ts';

const way = z.strictObject({
  weight: z.number().positive().default(1),
  next: z.string(),
  category: z.string().optional(),
});
const schema = z.strictObject({ split: z.array(way).min(2, { message: 'a split has at least two ways' }) });

/** Sends each contact one of several ways by chance: the same contact always the same way. */
export const random_split = defineBlock({
  summary: 'Sends contacts different ways by weight; the same contact always the same way.',
  schema,
  example: `
- id: variant
  type: random_split
  split:
    - { weight: 1, next: short_version }
    - { weight: 3, next: long_version }
`,
  sets: (_, id) => [id],
  compile({ split }, kit) {
    const total = split.reduce((sum, { weight }) => sum + weight, 0);
    const ways = split.map(({ next, category, weight }, i) => ({
      to: kit.exit(category ?? `way ${i + 1}`, next, ['split', i, 'next']) ?? kit.next,
      name: category ?? next,
      weight: weight / total,
    }));
    kit.fallsThrough(false);
    return {
      enter(turn) {
        let left = chance(`${turn.contact.id}/${turn.flowId}/${kit.id}`);
        const chosen = ways.find(({ weight }) => (left -= weight) < 0) ?? ways.at(-1);
        turn.set(kit.id, chosen?.name ?? null);
        return chosen?.to ?? kit.next;
      },
    };
  },
});

/** A number in [0, 1) that a text always gives (FNV-1a, its bits mixed once more). */
function chance(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
