import { randomUUID } from 'node:crypto';
import type { Router } from 'express';
import { z } from 'zod';
import { Recent, bodyOf, smallJson } from './demo-answers.ts';
import type { DemoGuide } from './demo-answers.ts';
import { withKey } from './demo-login.ts';

/** Messages that can be looked up; older ones are gone. */
const MOST = 20;

interface Sms {
  readonly to: string;
  readonly text: string;
  readonly at: string;
}

/** What can be tried with messages to phones. */
export const SMS_GUIDE: readonly DemoGuide[] = [
  { path: 'sms', answer: `the last ${MOST} messages that were "sent", for SMS_ACTION=demo-sms.send` },
  { path: 'POST sms', answer: 'keeps { "to": "+57…", "text": "…" } for the list above; no phone ever rings' },
];

const smsBody = z.object({ to: z.string().min(1).max(40), text: z.string().min(1).max(1000) });

/** A gateway that sends no SMS but shows them, so that `phone_validator` can be tried without a phone. */
export function addSms(router: Router, now: () => number = Date.now): void {
  const sent = new Recent<Sms>(MOST);
  router.get('/sms', (_request, response) => void response.json({ messages: sent.list() }));
  router.post('/sms', withKey, smallJson, (request, response) => {
    const body = bodyOf(smsBody, request.body, response);
    if (body === null) return;
    const id = `SMS-${randomUUID()}`;
    sent.add(id, { to: ending(body.to), text: body.text, at: new Date(now()).toISOString() });
    response.status(202).json({ message_id: id });
  });
}

/** Whoever looks at the list knows the number's end, not the number. */
function ending(phone: string): string {
  return `…${phone.slice(-4)}`;
}
