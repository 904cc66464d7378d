import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response, Router } from 'express';
import { z } from 'zod';
import { Recent, answerLate, bodyOf, fail, smallJson } from './demo-answers.ts';
import type { DemoGuide, DemoPace } from './demo-answers.ts';

/** The key of the demo service, in the clear because it opens nothing but the demo. */
export const DEMO_KEY = 'demo-key';

/** The code that is "sent" to every account of the demo: there is no mailbox to look into. */
export const DEMO_CODE = '123456';

/** Milliseconds for which a code is good. */
const LIFETIME = 5 * 60_000;
const TRIES = 3;
const MOST = 1000;

interface Account {
  readonly sent_to: string;
  /** Milliseconds for which its codes are good. */
  readonly lifetime: number;
}

const ACCOUNTS: ReadonlyMap<string, Account> = new Map([
  ['ana', { sent_to: 'a••@example.com', lifetime: LIFETIME }],
  ['ben', { sent_to: 'b••@example.com', lifetime: 0 }],
]);

/** One code that was sent, and how often it was guessed wrong. */
interface Validation {
  readonly account: string;
  readonly until: number;
  wrong: number;
}

/** What can be tried with the login service. */
export const LOGIN_GUIDE: readonly DemoGuide[] = [
  { path: 'user-login/me', answer: `200 with the header Api-Key: ${DEMO_KEY}, 401 without: proves a credential` },
  { path: 'POST user-login/accounts/ana/validations', answer: `200 with a validation_id; the code is ${DEMO_CODE}` },
  { path: 'POST user-login/accounts/ben/validations', answer: '200, but his codes are always too old' },
  { path: 'POST user-login/accounts/SLOW/validations', answer: '200 after 15 seconds: try timeouts' },
  { path: 'POST user-login/accounts/BROKEN/validations', answer: '500: try failures' },
  { path: 'POST user-login/accounts/anybody-else/validations', answer: '404' },
  {
    path: 'POST user-login/validations/:id',
    answer: 'success, pending (wrong, but there are tries left) or failure for the body {"token": "…"}',
  },
];

/** The service of the flow `login-otp`: sends a code to an account, and checks it (Truora's example). */
export function addLogin(router: Router, { slow }: DemoPace, now: () => number = Date.now): void {
  const validations = new Recent<Validation>(MOST);
  router.use('/user-login', withKey);
  router.get('/user-login/me', (_request, response) => void response.json({ service: 'user-login', tenant: 'demo' }));
  router.post('/user-login/accounts/:account/validations', (request, response) => {
    create(request.params.account.trim(), response, { validations, slow, now });
  });
  router.post('/user-login/validations/:id', smallJson, (request: Request<{ id: string }>, response) => {
    const validation = validations.get(request.params.id);
    if (validation === undefined) return fail(response, 404, 'There is no such validation.');
    const body = bodyOf(tokenBody, request.body, response);
    if (body !== null) response.json(checked(validation, body.token, now()));
  });
}

const tokenBody = z.object({ token: z.string().trim().min(1).max(100) });

/** Lets a request on that has the key. Also guards what pretends to send messages. */
export const withKey: RequestHandler = (request, response, next) => {
  if (request.headers['api-key'] === DEMO_KEY) next();
  else fail(response, 401, `The header Api-Key has to be ${DEMO_KEY}.`);
};

interface Desk {
  readonly validations: Recent<Validation>;
  readonly slow: number;
  readonly now: () => number;
}

function create(name: string, response: Response, { validations, slow, now }: Desk): void {
  const known = ACCOUNTS.get(name.toLowerCase());
  if (name.toUpperCase() === 'BROKEN')
    return fail(response, 500, 'This account always fails, so that failures can be tried.');
  if (known === undefined && name.toUpperCase() !== 'SLOW')
    return fail(response, 404, `There is no account ${name.slice(0, 40)}.`);
  const { sent_to, lifetime } = known ?? { sent_to: 's••@example.com', lifetime: LIFETIME };
  const until = now() + lifetime;
  const id = `VLD-${randomUUID()}`;
  validations.add(id, { account: name, until, wrong: 0 });
  const answer = {
    validation_id: id,
    account_id: name,
    type: 'email',
    sent_to,
    expires_at: new Date(until).toISOString(),
  };
  if (known === undefined) answerLate(response, slow, answer);
  else response.json(answer);
}

/** What the service says to a code. After too many wrong ones not even the right one helps. */
function checked(validation: Validation, token: string, now: number): object {
  const { account, until } = validation;
  const verdict = (validation_status: string, reason: string | null): object => ({
    validation_status,
    account_id: account,
    reason,
    tries_left: Math.max(0, TRIES - validation.wrong),
  });
  if (validation.wrong >= TRIES) return verdict('failure', 'too_many_tries');
  if (now >= until) return verdict('failure', 'expired');
  if (token === DEMO_CODE) return verdict('success', null);
  validation.wrong += 1;
  return validation.wrong < TRIES ? verdict('pending', 'wrong_code') : verdict('failure', 'too_many_tries');
}
