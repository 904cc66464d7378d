import { expect } from 'chai';
import { EagerVisitor } from '../support/eager.ts';
import { compare } from './invariants.ts';
import type { Figures } from './invariants.ts';

/** What a visitor of order-status sees. */
export const ORDER_STATUS = [
  'Hello! I can look up an order for you.',
  'What is your order number?',
  'One moment, I am checking order CU001…',
  'Good news, Ben Haggerty: order CU001 (Vogue White Wall x 4) was shipped on October 9th. It should be with you by April 3rd.',
  'Would you like to track another order?',
  'Thank you, goodbye!',
];

/** A chat of a visitor on the given address, from the first message to the last. */
export async function orderStatus(url: string, figures: Figures): Promise<EagerVisitor> {
  const visitor = new EagerVisitor(url);
  await visitor.start('order-status');
  visitor.listen();
  await visitor.say('CU001', 'a');
  await visitor.say('no', 'b');
  await visitor.hears(ORDER_STATUS.length);
  await visitor.leave();
  figures.add(compare(visitor.heard, ORDER_STATUS));
  figures.add(compare(await visitor.transcript('order-status'), ORDER_STATUS));
  expect(
    [...new Set(visitor.seqs)].sort((a, b) => a - b),
    'each line once, in order',
  ).to.deep.equal(visitor.seqs);
  return visitor;
}
