import { randomUUID } from 'node:crypto';
import type { Request, Router } from 'express';
import { z } from 'zod';
import { Recent, bodyOf, fail, smallJson } from './demo-answers.ts';
import type { DemoGuide } from './demo-answers.ts';

const MOST = 1000;

/** What can be tried with payments. */
export const PAYMENTS_GUIDE: readonly DemoGuide[] = [
  { path: 'POST payments', answer: '201 with a payment_id; what moves the conversation on comes along in the body' },
  { path: 'payments/:id', answer: 'the commands by which you play the bank, as plain text' },
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
 * the commands that it shows.
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
    else response.type('text').send(page(request.params.id, payment));
  });
}

/** Plain text, so that the commands can be copied as they stand: any of them settles the payment. */
function page(id: string, payment: Payment): string {
  const [set, go] = landbotWay(payment);
  return `Payment ${id} of ${payment.amount}. You are the bank: run one of these commands.

# It is paid:
${resume(payment, 'paid')}

# It is refused:
${resume(payment, 'refused')}

# Something else:
${resume(payment, 'held for review')}

# The same as Landbot does it, in two steps, with your API token: set, then go
${set}
${go}
`;
}

const JSON_TYPE = `-H 'Content-Type: application/json'`;

function resume({ resume_url: url }: Payment, status: string): string {
  return `curl -X POST '${url}' ${JSON_TYPE} -d '{"variables": {"data": {"status": "${status}"}}}'`;
}

function landbotWay({ resume_url: url, customer_id: customer, bot_id: bot, block_id: block }: Payment): string[] {
  const base = `${new URL(url).origin}/v1/customers/${encodeURIComponent(customer)}`;
  const headers = `-H 'Authorization: Token YOUR_API_TOKEN' ${JSON_TYPE}`;
  return [
    `curl -X PUT '${base}/fields/data/' ${headers} -d '{"type": "object", "extra": {}, "value": {"status": "paid"}}'`,
    `curl -X PUT '${base}/assign_bot/${bot}/' ${headers} -d '{"launch": true, "node": "${block}"}'`,
  ];
}
