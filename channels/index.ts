import type { Channel } from '../src/channel/channel.ts';
import * as all from './all.ts';

/** Every channel by name. The registry is `all.ts`. */
export const CHANNELS: ReadonlyMap<string, Channel> = new Map<string, Channel>(
  Object.values(all).map((channel) => [channel.name, channel]),
);
