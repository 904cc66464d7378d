import { createHmac } from 'node:crypto';
import type { World } from '../domain/world.ts';

/** A world that stands still: time moves when told, ids count up, chance follows a seed. */
export class FrozenWorld implements World {
  private time: number;
  private ids = 0;
  private seed: number;

  constructor(start = Date.UTC(2026, 0, 5, 9), seed = 1) {
    this.time = start;
    this.seed = seed;
  }

  now(): number {
    return this.time;
  }

  id(): string {
    this.ids += 1;
    return `id-${this.ids}`;
  }

  /** A small linear generator: the same seed gives the same chances on every machine. */
  random(): number {
    this.seed = (Math.imul(this.seed, 1_664_525) + 1_013_904_223) >>> 0;
    return this.seed / 2 ** 32;
  }

  derive(purpose: string): string {
    return createHmac('sha256', 'a frozen world').update(purpose).digest('base64url');
  }

  /** Lets time pass, in milliseconds. */
  advance(ms: number): void {
    this.time += ms;
  }
}
