import type { mongo } from 'mongoose';
import type { Expression } from './clock.ts';
import type { Owed } from './record.ts';

/** A value that the server takes as it is, whatever `$` stands in it. */
export function literal(value: unknown): mongo.Document {
  return { $literal: value };
}

/** The elements of an array that are not named by `keys`. */
export function without(array: string, field: string, keys: readonly string[]): Expression {
  if (keys.length === 0) return `$${array}`;
  return { $filter: { input: `$${array}`, cond: { $not: [{ $in: [`$$this.${field}`, literal(keys)] }] } } };
}

/** What is owed once `done` is gone and the effect of the same key is put off. */
export function owedAfter(done: readonly string[], postponed: Owed | null): Expression {
  const input = without('owed', 'key', done);
  if (postponed === null) return input;
  const isIt = { $eq: ['$$this.key', literal(postponed.key)] };
  return { $map: { input, in: { $cond: [isIt, literal(postponed), '$$this'] } } };
}

/** When a conversation that nobody holds has something to do; null when it waits for the contact only. */
export function nextDue(now: Expression): Expression {
  // $min and $max pass over null, so that no wake time and no time to wait for need no case of their own.
  const sendAt = { $max: [now, { $arrayElemAt: ['$owed.at', 0] }] };
  const owing = { $cond: [{ $gt: [{ $size: '$owed' }, 0] }, { $min: [sendAt, '$wakeAt'] }, '$wakeAt'] };
  const waiting = { $cond: [{ $gt: [{ $size: '$inbox' }, 0] }, now, owing] };
  // While a call is owed neither the inbox nor a time that is up moves the conversation.
  return { $cond: [{ $in: [true, '$owed.call'] }, sendAt, waiting] };
}

/** Who gets the lease when there is something to do now. */
interface Taker {
  readonly token: Expression;
  readonly leaseMs: Expression;
}

/** The steps that give the lease to `taker` if there is something to do now, and otherwise to nobody. */
export function leaseOrRelease(now: Expression, taker: Taker): mongo.Document[] {
  const busy = { $and: [{ $ne: ['$dueAt', null] }, { $lte: ['$dueAt', now] }] };
  const lease = {
    token: { $cond: [busy, taker.token, null] },
    leaseMs: taker.leaseMs,
    dueAt: { $cond: [busy, { $add: [now, taker.leaseMs] }, '$dueAt'] },
    gone: { $cond: [busy, '$gone', '$token'] },
  };
  return [{ $set: { dueAt: nextDue(now) } }, { $set: lease }];
}

/** The steps that leave only those recent rows for which `keep` holds (`$$this` is a row). */
export function keepRecent(keep: mongo.Document): mongo.Document[] {
  const first = { $arrayElemAt: ['$recent.first', 0] };
  return [
    { $set: { recent: { $filter: { input: '$recent', cond: keep } } } },
    {
      $set: {
        recentBytes: { $sum: '$recent.bytes' },
        spilled: { $cond: [{ $gt: [{ $size: '$recent' }, 0] }, { $subtract: [first, 1] }, '$lines'] },
      },
    },
  ];
}
