import type { ErrorRequestHandler } from 'express';
import { Router } from 'express';
import { fail } from './demo-answers.ts';
import type { DemoPace } from './demo-answers.ts';
import { APPOINTMENTS_GUIDE, addAppointments } from './demo-appointments.ts';
import { LOGIN_GUIDE, addLogin } from './demo-login.ts';
import { ORDERS_GUIDE, addOrders } from './demo-orders.ts';
import { PAYMENTS_GUIDE, addPayments } from './demo-payments.ts';
import { SMS_GUIDE, addSms } from './demo-sms.ts';

const GUIDE = {
  about: 'Small APIs for trying flows. They answer JSON, and the little they keep is gone when the server stops.',
  try: [...ORDERS_GUIDE, ...LOGIN_GUIDE, ...PAYMENTS_GUIDE, ...APPOINTMENTS_GUIDE, ...SMS_GUIDE],
};

/** What a test may want otherwise: shorter waits, a clock of its own. */
export interface DemoOptions extends Partial<DemoPace> {
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** The demo API that the sample flows call: a shop, a login service, a bank, a clinic and an SMS gateway. */
export function demoRouter({ slow = 15_000, pause = 4000, now = Date.now }: DemoOptions = {}): Router {
  const router = Router();
  router.get('/', (_request, response) => void response.json(GUIDE));
  addOrders(router, { slow, pause });
  addLogin(router, { slow, pause }, now);
  addPayments(router);
  addAppointments(router, { slow, pause });
  addSms(router, now);
  router.use((_request, response) =>
    fail(response, 404, 'There is nothing here; GET the start of this API for what can be tried.'),
  );
  router.use(onError);
  return router;
}

const onError: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) {
    next(error);
    return;
  }
  const status = error instanceof URIError ? 400 : clientStatus(error);
  if (status === null) fail(response, 500, 'The demo API has a fault.');
  else fail(response, status, status === 413 ? 'The body is too large.' : 'The request cannot be read.');
};

/** What the reader of bodies found wrong with a request. */
function clientStatus(error: unknown): number | null {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : null;
}
