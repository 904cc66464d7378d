import { z } from 'zod';
import { jsonValue, span } from '../blocks/fields.ts';
import { shownRequest } from '../domain/call.ts';
import type { CallOutcome, OwedRequest } from '../domain/call.ts';
import type { Call } from '../domain/effect.ts';

const target = z.union([z.string().min(1), z.strictObject({ method: z.string().optional(), url: z.string().min(1) })]);

const reply = z.strictObject({
  status: z.int().min(100).max(599).default(200),
  json: jsonValue.optional(),
  text: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  /** How long the answer takes; past the timeout of the call there is none. */
  after: span.optional(),
  /** Instead of an answer. */
  error: z.enum(['timeout', 'network']).optional(),
});

/** One mock: which calls it stands for, and its answer, or one answer after the other. */
export const mockSchema = z
  .strictObject({ on: target, reply: reply.optional(), replies: z.array(reply).min(1).optional() })
  .refine((m) => (m.reply === undefined) !== (m.replies === undefined), {
    message: 'a mock has either reply or replies',
  });

type Mock = z.output<typeof mockSchema>;
type Reply = z.output<typeof reply>;

/** What a mock gives: the outcome, and after how many milliseconds it comes. */
export interface Replied {
  readonly outcome: CallOutcome;
  readonly after: number;
}

/** Answers calls from mocks. The first mock that fits counts; the last of several answers is repeated. */
export class Mocks {
  readonly unanswered: Call[] = [];
  private readonly mocks: readonly Mock[];
  private readonly used = new Map<Mock, number>();

  constructor(mocks: readonly Mock[]) {
    this.mocks = mocks;
  }

  /** What the call gets. */
  reply(call: Call): Replied {
    const mock = this.mocks.find((m) => fits(m, call));
    if (mock === undefined) return { outcome: this.missing(call), after: 0 };
    const times = this.used.get(mock) ?? 0;
    this.used.set(mock, times + 1);
    const replies = mock.replies ?? (mock.reply === undefined ? [] : [mock.reply]);
    const chosen = replies[Math.min(times, replies.length - 1)];
    if (chosen === undefined)
      return { outcome: { kind: 'failed', code: 'network', reason: 'the mock is empty' }, after: 0 };
    const { timeout } = call.request;
    const after = chosen.error === 'timeout' ? timeout : (chosen.after ?? 0);
    return after < timeout ? { outcome: outcome(chosen), after } : { outcome: TIMED_OUT, after: timeout };
  }

  private missing(call: Call): CallOutcome {
    if (call.request.type === 'phone_code') return SENT;
    this.unanswered.push(call);
    const { method, url } = shownRequest(call.request);
    return { kind: 'failed', code: 'network', reason: `no mock answers ${method} ${url}` };
  }
}

/** A one-time code needs no mock: it is sent, unless one says otherwise. */
const SENT: CallOutcome = { kind: 'answered', status: 200, headers: {}, body: '' };

const TIMED_OUT: CallOutcome = { kind: 'timed_out', reason: 'the mock does not answer in time' };

function fits({ on }: Mock, { request, flow, block }: Call): boolean {
  if (typeof on === 'string') return on === block || on === `${flow}.${block}` || on === actionOf(request);
  const shown = shownRequest(request);
  const method = on.method === undefined || on.method.toUpperCase() === shown.method;
  return method && glob(on.url).test(shown.url);
}

/** `integration.action` of a call to a custom integration. */
function actionOf(request: OwedRequest): string | undefined {
  if (request.type === 'phone_code' || request.action === undefined) return undefined;
  return `${request.action.integration}.${request.action.action}`;
}

/** `*` stands for any characters, also slashes; everything else for itself. */
function glob(pattern: string): RegExp {
  const escaped = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`, 's');
}

function outcome({ status, json, text, headers, error }: Reply): CallOutcome {
  if (error === 'network') return { kind: 'failed', code: 'network', reason: 'the mock refuses the connection' };
  const body = json === undefined ? (text ?? '') : JSON.stringify(json);
  return { kind: 'answered', status, headers: headers ?? {}, body, ...(json === undefined ? {} : { json }) };
}
