import * as all from './all.ts';
import type { BlockType } from './block.ts';

/** Every block type by the name flow authors write. The registry is `all.ts`. */
export const BLOCKS: ReadonlyMap<string, BlockType> = new Map<string, BlockType>(Object.entries(all));
