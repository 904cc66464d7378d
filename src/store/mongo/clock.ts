import type { mongo } from 'mongoose';

/** A value in an update's pipeline: a constant or an expression that the server works out. */
export type Expression = number | string | null | mongo.Document;

/** The store's time. It is the server's, so that processes need not agree on theirs. */
export interface StoreClock {
  /** The time within an update, in milliseconds. */
  now(): Expression;
  /** The same as a date, within an aggregation. */
  date(): Date | '$$NOW';
  /** The time as a number, for what cannot be worked out by the server. One small command. */
  read(): Promise<number>;
  /** The same without asking: what was read last, and what has gone by since. Off by a way there and back at most. */
  known(): number;
}

/** The clock of the server that `db` is on. */
export function serverClock(db: mongo.Db): StoreClock {
  // Until the first answer this machine's own clock has to do.
  let ahead = Date.now() - performance.now();
  return {
    now: () => ({ $toLong: '$$NOW' }),
    date: () => '$$NOW',
    read: async () => {
      const asked = performance.now();
      const { localTime } = await db.command({ hello: 1 });
      if (!(localTime instanceof Date)) throw new Error('the server did not tell its time');
      ahead = localTime.getTime() - (asked + performance.now()) / 2;
      return localTime.getTime();
    },
    known: () => Math.round(performance.now() + ahead),
  };
}

/** A clock that a test moves. */
export function givenClock(clock: () => number): StoreClock {
  return { now: clock, date: () => new Date(clock()), read: async () => clock(), known: clock };
}
