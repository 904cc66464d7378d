import type { ErrorRequestHandler, Request, Response } from 'express';
import { Router } from 'express';

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

const GUIDE = {
  about: 'A small API for trying flows. Nothing is stored, and every answer is JSON.',
  try: [
    ...[...ORDERS.values()].map(({ number, status }) => ({ path: `orders/${number}`, answer: `200, ${status}` })),
    { path: 'orders/SLOW', answer: '200 after 15 seconds: try timeouts' },
    { path: 'orders/BROKEN', answer: '500: try failures' },
    { path: 'orders/anything-else', answer: '404' },
  ],
};

/** The demo API that the sample flow calls. `slow` is how long the order SLOW takes, in milliseconds. */
export function demoRouter({ slow = 15_000 }: { readonly slow?: number } = {}): Router {
  const router = Router();
  router.get('/', (_request, response) => void response.json(GUIDE));
  // A webhook block POSTs unless its flow says otherwise.
  const answer = (request: Request<{ number: string }>, response: Response): void => {
    answerOrder(request.params.number.trim().toUpperCase(), response, slow);
  };
  router.route('/orders/:number').get(answer).post(answer);
  router.use((_request, response) =>
    fail(response, 404, 'There is nothing here; GET the start of this API for what can be tried.'),
  );
  router.use(onError);
  return router;
}

function answerOrder(number: string, response: Response, slow: number): void {
  const found = ORDERS.get(number);
  if (found !== undefined) response.json(found);
  else if (number === 'SLOW') answerLate(response, slow);
  else if (number === 'BROKEN') fail(response, 500, 'This order always fails, so that failures can be tried.');
  else fail(response, 404, `There is no order ${number.slice(0, 40)}.`);
}

/** The timer goes with the client, so that impatient callers leave nothing behind. */
function answerLate(response: Response, slow: number): void {
  const timer = setTimeout(
    () => response.json(order('SLOW', 'Shipped', 'Pat Slow', '', '', 'An answer that took its time')),
    slow,
  );
  response.on('close', () => clearTimeout(timer));
}

const onError: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) {
    next(error);
    return;
  }
  const unreadable = error instanceof URIError;
  fail(response, unreadable ? 400 : 500, unreadable ? 'The order number cannot be read.' : 'The demo API has a fault.');
};

function fail(response: Response, status: number, message: string): void {
  response.status(status).json({ error: message });
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
