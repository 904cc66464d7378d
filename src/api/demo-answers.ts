import type { RequestHandler, Response } from 'express';
import express from 'express';
import type { ZodType } from 'zod';

/** How the demo API takes its time, in milliseconds: what is asked for as SLOW, and what is merely leisurely. */
export interface DemoPace {
  readonly slow: number;
  readonly pause: number;
}

/** A part of the demo API for its start page: where it is, and what it answers. */
export interface DemoGuide {
  readonly path: string;
  readonly answer: string;
}

/** Every refusal is one sentence that says why. */
export function fail(response: Response, status: number, message: string): void {
  response.status(status).json({ error: message });
}

/** Answers after a while. The timer goes with the client, so that impatient callers leave nothing behind. */
export function answerLate(response: Response, ms: number, body: object): void {
  const timer = setTimeout(() => response.json(body), ms);
  response.on('close', () => clearTimeout(timer));
}

/** Reads small JSON bodies, which is all the demo API is sent. */
export const smallJson: RequestHandler = express.json({ limit: '16kb' });

/** The body as its schema has it; null when it is not, which has been answered then. */
export function bodyOf<T>(schema: ZodType<T>, body: unknown, response: Response): T | null {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'The body' : issue.path.join('.');
  fail(response, 400, `${where} is not as it should be: ${issue?.message ?? 'it cannot be read'}.`);
  return null;
}

/** What is kept in memory for a while: the newest ones only, so that nobody can fill the server by trying the demo. */
export class Recent<T> {
  private readonly kept = new Map<string, T>();
  private readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  add(id: string, value: T): void {
    this.kept.set(id, value);
    const [oldest] = this.kept.keys();
    if (this.kept.size > this.most && oldest !== undefined) this.kept.delete(oldest);
  }

  get(id: string): T | undefined {
    return this.kept.get(id);
  }

  /** The newest first. */
  list(): T[] {
    return [...this.kept.values()].toReversed();
  }
}
