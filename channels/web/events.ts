import type { Request, Response } from 'express';
import type { ChannelHost } from '../../src/channel/channel.ts';
import { param } from './http.ts';
import { sessionOf } from './session.ts';
import { Stream } from './stream.ts';

/** The event streams open on this process, by session. Other processes have their own: the transcript joins them. */
export class Streams {
  readonly #host: ChannelHost;
  readonly #open = new Map<string, Set<Stream>>();

  constructor(host: ChannelHost) {
    this.#host = host;
  }

  /** `GET /api/chat/:session/events`: everything above the last id the page has, then whatever comes. */
  async serve(request: Request, response: Response): Promise<void> {
    const { id, conversation } = await sessionOf(this.#host, param(request, 'session'));
    response.status(200).set({
      'Content-Type': 'text/event-stream',
      // Proxies must neither keep nor hold back nor pack what has to arrive at once.
      'Cache-Control': 'no-store, no-transform',
      'X-Accel-Buffering': 'no',
      'X-Content-Type-Options': 'nosniff',
    });
    if (request.method === 'HEAD') response.end();
    else {
      const last = Math.min(lastSeen(request), conversation.lines);
      this.#add(conversation.contact.address, new Stream(this.#host, id, conversation, response, last));
    }
  }

  /** Makes the streams of a conversation look at the transcript again. */
  wake(address: string): void {
    for (const stream of this.#open.get(address) ?? []) stream.wake();
  }

  /** Shows or hides the typing dots in every tab of a conversation. */
  typing(address: string, on: boolean): void {
    for (const stream of this.#open.get(address) ?? []) stream.typing(on);
  }

  /** Ends all streams; the pages connect again, to whichever process answers then. */
  close(): void {
    for (const streams of this.#open.values()) for (const stream of streams) stream.close();
  }

  #add(address: string, stream: Stream): void {
    const streams = this.#open.get(address) ?? new Set();
    this.#open.set(address, streams.add(stream));
    stream.open(() => {
      streams.delete(stream);
      if (streams.size === 0) this.#open.delete(address);
    });
  }
}

/** The number of the last line the page has; the header wins, as a reconnecting browser repeats an old query. */
function lastSeen(request: Request): number {
  const query = new URL(request.originalUrl, 'http://parley').searchParams.get('last_event_id');
  const value = request.get('last-event-id') ?? query ?? '';
  return /^\d{1,15}$/.test(value) ? Number(value) : 0;
}
