import { setTimeout as pause } from 'node:timers/promises';
import type { ReceiverEvent } from '@slack/bolt';
import type { SocketClient } from './bolt.ts';
import type { Intake } from './intake.ts';

/** Milliseconds for a connection to come up, and to be taken down. */
const UP = 30_000;
const DOWN = 1000;

/** A connection that is up. */
export interface Up {
  /** Resolves when it has ended, by whatever. */
  readonly ended: Promise<void>;
}

/** What the client tells of an envelope. */
interface SocketEvent {
  readonly body: ReceiverEvent['body'];
  readonly ack: ReceiverEvent['ack'];
  readonly retry_num?: number;
  readonly retry_reason?: string;
}

/** The one connection of Socket Mode at a time. */
export class Socket {
  private readonly client: SocketClient;
  private over: () => void = () => undefined;

  constructor(client: SocketClient, intake: Intake) {
    this.client = client;
    client.on('disconnected', () => this.over());
    client.on('slack_event', ({ body, ack, retry_num, retry_reason }: SocketEvent) => {
      const retried = retry_num === undefined ? {} : { retryNum: retry_num, retryReason: retry_reason ?? '' };
      // What was not taken is not acknowledged, and the intake has logged why.
      intake.take({ body, ack, ...retried }).catch(() => undefined);
    });
  }

  /** Resolves when Slack has said hello. */
  async connect(): Promise<Up> {
    const ended = new Promise<void>((resolve) => (this.over = resolve));
    if (await within(UP, this.client.start().catch(explain))) return { ended };
    void this.client.disconnect();
    throw new Error(`Slack did not say hello within ${UP / 1000} s`);
  }

  /** Takes the connection down, if need be without waiting for the other side to agree. */
  async close(): Promise<void> {
    if (!(await within(DOWN, this.client.disconnect()))) this.client.websocket?.disconnect();
  }
}

/** The client rejects with nothing when the connection ends before it was up. */
function explain(error: unknown): never {
  throw error ?? new Error('the connection ended before it was up');
}

/** True when something is done in time. */
async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  const late = new AbortController();
  const limit = pause(ms, false, { signal: late.signal, ref: false }).catch(() => false);
  try {
    return await Promise.race([work.then(() => true), limit]);
  } finally {
    late.abort();
  }
}
