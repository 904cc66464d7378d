import { randomUUID } from 'node:crypto';
import type { Request, Router } from 'express';
import { z } from 'zod';
import { Recent, bodyOf, fail, smallJson } from './demo-answers.ts';
import type { DemoGuide } from './demo-answers.ts';

const MOST = 1000;

/** What can be tried with payments. */
export const PAYMENTS_GUIDE: readonly DemoGuide[] = [
  { path: 'POST payments', answer: '201 with a payment_id; what moves the conversation on comes along in the body' },
  { path: 'payments/:id', answer: 'the payment, and the requests by which you play the bank' },
];

/** An address without anything that a shell would read otherwise: it is shown inside a command. */
const plainUrl = z
  .string()
  .max(500)
  .regex(/^https?:\/\/[\w.:[\]-]+\/[\w./~%-]*$/, { message: 'a plain http(s) address is needed' });
const plainName = z.string().regex(/^[\w.:@+-]{1,200}$/, { message: 'a name without spaces and quotes is needed' });

/** The three ids of Landbot's request, and the address that does with one request what they do with two. */
const paymentBody = z.object({
  bot_id: plainName,
  block_id: plainName,
  customer_id: plainName,
  resume_url: plainUrl,
  amount: z.number().positive(),
});

type Payment = z.output<typeof paymentBody>;

/**
 * The bank of the flow `payment-resume` (Landbot's example). It never calls back by itself: a person plays the bank with
 * the requests that it shows.
 */
export function addPayments(router: Router): void {
  const payments = new Recent<Payment>(MOST);
  router.post('/payments', smallJson, (request, response) => {
    const body = bodyOf(paymentBody, request.body, response);
    if (body === null) return;
    const id = `PAY-${randomUUID()}`;
    payments.add(id, body);
    const { origin } = new URL(body.resume_url);
    response.status(201).json({ payment_id: id, status: 'open', page: `${origin}${request.baseUrl}/payments/${id}` });
  });
  router.get('/payments/:id', (request: Request<{ id: string }>, response) => {
    const payment = payments.get(request.params.id);
    if (payment === undefined) fail(response, 404, 'There is no such payment.');
    else response.json({ payment_id: request.params.id, amount: payment.amount, play_the_bank: commands(payment) });
  });
}

/** The payment is settled by any of these: Parley's one request, or Landbot's two. */
function commands({ resume_url: url, customer_id: customer, bot_id: bot, block_id: block }: Payment): object {
  const json = `-H 'Content-Type: application/json'`;
  const resume = (status: string): string =>
    `curl -X POST '${url}' ${json} -d '{"variables": {"data": {"status": "${status}"}}}'`;
  const landbot = `${new URL(url).origin}/v1/customers/${encodeURIComponent(customer)}`;
  const token = `-H 'Authorization: Token YOUR_API_TOKEN'`;
  return {
    paid: resume('paid'),
    refused: resume('refused'),
    held_for_review: resume('held for review'),
    as_landbot_does: [
      `curl -X PUT '${landbot}/fields/data/' ${token} ${json} -d '{"type": "object", "extra": {}, "value": {"status": "paid"}}'`,
      `curl -X PUT '${landbot}/assign_bot/${bot}/' ${token} ${json} -d '{"launch": true, "node": "${block}"}'`,
    ],
  };
}
