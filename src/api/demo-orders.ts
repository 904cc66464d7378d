import type { Request, Response, Router } from 'express';
import { answerLate, fail } from './demo-answers.ts';
import type { DemoGuide, DemoPace } from './demo-answers.ts';

/** The order of the Order Status Checker example, as its API answers. */
interface Order {
  readonly status: string;
  readonly number: string;
  readonly name: string;
  readonly ship_date: string;
  readonly delivery_date: string;
  readonly description: string;
}

const ORDERS: ReadonlyMap<string, Order> = new Map(
  [
    order('CU001', 'Shipped', 'Ben Haggerty', 'October 9th', 'April 3rd', 'Vogue White Wall x 4'),
    order('CU002', 'Pending', 'Ana Prado', 'November 2nd', 'November 20th', 'Trail Tyre x 2'),
    order('CU003', 'Cancelled', 'Tom Okafor', '', '', 'Winter Set x 4'),
    order('CU004', 'Awaiting payment', 'Mei Lin', '', '', 'City Tyre x 1'),
  ].map((one) => [one.number, one]),
);

/** What can be tried with orders. */
export const ORDERS_GUIDE: readonly DemoGuide[] = [
  ...[...ORDERS.values()].map(({ number, status }) => ({ path: `orders/${number}`, answer: `200, ${status}` })),
  { path: 'orders/SLOW', answer: '200 after 15 seconds: try timeouts' },
  { path: 'orders/BROKEN', answer: '500: try failures' },
  { path: 'orders/anything-else', answer: '404' },
];

/** The shop of the flow `order-status` (ilhapush's example). */
export function addOrders(router: Router, { slow }: DemoPace): void {
  // A webhook block POSTs unless its flow says otherwise.
  const answer = (request: Request<{ number: string }>, response: Response): void => {
    answerOrder(request.params.number.trim().toUpperCase(), response, slow);
  };
  router.route('/orders/:number').get(answer).post(answer);
}

function answerOrder(number: string, response: Response, slow: number): void {
  const found = ORDERS.get(number);
  if (found !== undefined) response.json(found);
  else if (number === 'SLOW')
    answerLate(response, slow, order('SLOW', 'Shipped', 'Pat Slow', '', '', 'An answer that took its time'));
  else if (number === 'BROKEN') fail(response, 500, 'This order always fails, so that failures can be tried.');
  else fail(response, 404, `There is no order ${number.slice(0, 40)}.`);
}

function order(
  number: string,
  status: string,
  name: string,
  shipped: string,
  delivered: string,
  description: string,
): Order {
  return { status, number, name, ship_date: shipped, delivery_date: delivered, description };
}
