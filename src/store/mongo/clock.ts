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
}

/** The clock of the server that `db` is on. */
export function serverClock(db: mongo.Db): StoreClock {
  return {
    now: () => ({ $toLong: '$$NOW' }),
    date: () => '$$NOW',
    read: async () => {
      const { localTime } = await db.command({ hello: 1 });
      if (localTime instanceof Date) return localTime.getTime();
      throw new Error('the server did not tell its time');
    },
  };
}

/** A clock that a test moves. */
export function givenClock(clock: () => number): StoreClock {
  return { now: clock, date: () => new Date(clock()), read: async () => clock() };
}
