import { setTimeout as pause } from 'node:timers/promises';
import type { SocketModeReceiver } from '@slack/bolt';

/** Milliseconds for a connection to come up, and to be taken down. */
const UP = 30_000;
const DOWN = 1000;

/** A connection that is up. */
export interface Up {
  /** Resolves when it has ended, by whatever. */
  readonly ended: Promise<void>;
}

/** The one connection of Socket Mode at a time. */
export class Socket {
  private readonly client: SocketModeReceiver['client'];
  private over: () => void = () => undefined;

  constructor({ client }: SocketModeReceiver) {
    this.client = client;
    client.on('disconnected', () => this.over());
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
