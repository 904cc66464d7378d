/**
 * What must hold after any fault, I1 to I10: nothing lost, nothing doubled, nothing out of order. I1, I2 and I5 are asserted
 * here; one key for a call (I3) and one commit for a revision (I4) in crash-points, a row for each try (I6) in call, no secret
 * anywhere (I7) in test/calls/row and test/cli/credentials, nothing left open (I8) in leftovers, timers that fire once (I9) in
 * clock and processes, and that the server goes on (I10) wherever it is asked again after the fault.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import type { Store } from '../../src/store/store.ts';

/** How what somebody saw differs from what they should have seen. */
export interface Compared {
  readonly lost: readonly string[];
  /** Repeats of the message just before: a send whose outcome nobody knew. */
  readonly doubled: number;
  /** Messages at a place that is not theirs. */
  readonly inverted: readonly string[];
}

/** Compares what was seen with a reference, message by message. */
export function compare(seen: readonly string[], reference: readonly string[]): Compared {
  let place = 0;
  let doubled = 0;
  const inverted: string[] = [];
  for (const text of seen) {
    if (text === reference[place]) place += 1;
    else if (place > 0 && text === reference[place - 1]) doubled += 1;
    else inverted.push(text);
  }
  return { lost: reference.slice(place), doubled, inverted };
}

/** Sums of many comparisons, for the figures that a suite reports. */
export class Figures {
  runs = 0;
  lost = 0;
  doubled = 0;
  inverted = 0;

  add({ lost, doubled, inverted }: Compared): void {
    this.runs += 1;
    this.lost += lost.length;
    this.doubled += doubled;
    this.inverted += inverted.length;
  }

  /** Nothing lost or out of order; `doubled` repeats at most. */
  expectClean(doubled = 0): void {
    expect({ lost: this.lost, inverted: this.inverted }).to.deep.equal({ lost: 0, inverted: 0 });
    expect(this.doubled, 'doubled').to.be.at.most(doubled);
  }

  toString(): string {
    return `${this.runs} runs: ${this.lost} lost, ${this.doubled} doubled, ${this.inverted} out of order`;
  }
}

/** What nobody holds may wait for a lease to run out and for somebody to look (ms). */
const COMES_TO_REST_MS = 60_000;

/**
 * I1, I2 and I5 of every conversation in a store that comes to rest: lines are numbered without gaps, what came in
 * counts once, and nothing waits that nobody comes for. Answers how many there are.
 */
export async function expectAtRest(store: Store): Promise<number> {
  for (let waited = 0; ; waited += 500) {
    try {
      return await checkAll(store);
    } catch (error) {
      if (waited >= COMES_TO_REST_MS) throw error;
      await pause(500);
    }
  }
}

async function checkAll(store: Store): Promise<number> {
  let count = 0;
  for (let after: string | undefined, full = true; full;) {
    const page = await store.list({ limit: 200, ...(after === undefined ? {} : { after }) });
    for (const { id, inbox, owed, lines } of page) {
      expect({ id, inbox, owed }, 'nothing waits').to.deep.equal({ id, inbox: [], owed: [] });
      const transcript = await store.transcript(id, { after: 0, limit: 10_000 });
      expect(transcript.map(({ seq }) => seq)).to.deep.equal(Array.from({ length: lines }, (_, i) => i + 1));
      const causes = transcript.filter(({ kind }) => kind === 'in').map(({ cause }) => cause);
      expect(new Set(causes).size, 'each message counts once').to.equal(causes.length);
    }
    count += page.length;
    after = page.at(-1)?.id;
    full = page.length === 200;
  }
  return count;
}
