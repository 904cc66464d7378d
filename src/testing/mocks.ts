import { z } from 'zod';
import { jsonValue } from '../blocks/fields.ts';
import type { CallOutcome } from '../domain/call.ts';
import type { Call } from '../domain/effect.ts';

const target = z.union([z.string().min(1), z.strictObject({ method: z.string().optional(), url: z.string().min(1) })]);

const reply = z.strictObject({
  status: z.int().min(100).max(599).default(200),
  json: jsonValue.optional(),
  text: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
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

/** Answers calls from mocks. The first mock that fits counts; the last of several answers is repeated. */
export class Mocks {
  readonly unanswered: Call[] = [];
  private readonly mocks: readonly Mock[];
  private readonly used = new Map<Mock, number>();

  constructor(mocks: readonly Mock[]) {
    this.mocks = mocks;
  }

  answer(call: Call): CallOutcome {
    const mock = this.mocks.find((m) => fits(m, call));
    if (mock === undefined) {
      this.unanswered.push(call);
      return { kind: 'failed', code: 'network', reason: `no mock answers ${call.request.method} ${call.request.url}` };
    }
    const times = this.used.get(mock) ?? 0;
    this.used.set(mock, times + 1);
    const replies = mock.replies ?? (mock.reply === undefined ? [] : [mock.reply]);
    const chosen = replies[Math.min(times, replies.length - 1)];
    return chosen === undefined ? { kind: 'failed', code: 'network', reason: 'the mock is empty' } : outcome(chosen);
  }
}

function fits({ on }: Mock, { request, flow, block }: Call): boolean {
  if (typeof on === 'string') return on === block || on === `${flow}.${block}`;
  const method = on.method === undefined || on.method.toUpperCase() === request.method;
  return method && glob(on.url).test(request.url);
}

/** `*` stands for any characters, also slashes; everything else for itself. */
function glob(pattern: string): RegExp {
  const escaped = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`, 's');
}

function outcome({ status, json, text, headers, error }: Reply): CallOutcome {
  if (error === 'timeout') return { kind: 'timed_out', reason: 'the mock does not answer in time' };
  if (error === 'network') return { kind: 'failed', code: 'network', reason: 'the mock refuses the connection' };
  const body = json === undefined ? (text ?? '') : JSON.stringify(json);
  return { kind: 'answered', status, headers: headers ?? {}, body, ...(json === undefined ? {} : { json }) };
}
