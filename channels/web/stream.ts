import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { ChannelHost } from '../../src/channel/channel.ts';
import type { Conversation, Line } from '../../src/domain/conversation.ts';
import { messageOf } from '../../src/domain/error.ts';
import { destination } from './answer.ts';
import { echoed, shown } from './render.ts';

const KEEP_ALIVE_MS = 15_000;
const RECONNECT_MS = 1000;

/** One open tab: writes the lines of the transcript as events, each once and in order. */
export class Stream {
  readonly #host: ChannelHost;
  readonly #session: string;
  readonly #out: ServerResponse;
  readonly #language: string | undefined;
  #last: number;
  #typing = false;
  #grown = false;
  #running = false;
  #greeted = false;

  /** `last`: the number of the last line the page has. */
  constructor(host: ChannelHost, session: string, conversation: Conversation, out: ServerResponse, last: number) {
    this.#host = host;
    this.#session = session;
    this.#language = conversation.contact.language;
    this.#out = out;
    this.#last = last;
  }

  /** Starts writing. Watches before it reads, so nothing falls between the two. */
  open(closed: () => void): void {
    this.#out.write(`retry: ${RECONNECT_MS}\n\n`);
    const unwatch = this.#host.conversations.watch(this.#session, () => this.wake());
    const keepAlive = setInterval(() => {
      this.#out.write(': still here\n\n');
      // A notice that got lost on its way from another process costs this much time and no message.
      this.wake();
    }, KEEP_ALIVE_MS);
    this.#out.on('close', () => {
      unwatch();
      clearInterval(keepAlive);
      closed();
    });
    this.#out.on('error', () => this.#out.destroy());
    this.wake();
  }

  /** The transcript may have grown: reads on, once more if it is reading already. */
  wake(): void {
    this.#grown = true;
    if (!this.#running) void this.#run();
  }

  /** Tells the page whether an answer is on its way, when that is news. */
  typing(on: boolean): void {
    if (on === this.#typing || this.#out.writableNeedDrain) return;
    this.#typing = on;
    this.#out.write(event('typing', { on }));
  }

  /** Ends the response; what `open` set up goes with it. */
  close(): void {
    this.#out.end();
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      while (this.#grown && !this.#out.closed) {
        this.#grown = false;
        await this.#writeNews();
      }
    } catch (error) {
      // The page connects again and goes on from the last id it has.
      this.#host.log('warn', `web chat: events broke off: ${messageOf(error)}`);
      this.#out.destroy();
    } finally {
      this.#running = false;
    }
  }

  async #writeNews(): Promise<void> {
    const lines = await this.#host.conversations.transcript(this.#session, this.#last);
    const restart = lines.findLast((line) => line.kind === 'started')?.seq ?? 0;
    for (const line of lines) {
      await this.#write(this.#eventOf(line, restart), line.seq);
    }
    // By the record, not by the process: the one that sends may be another.
    if (!this.#greeted || lines.length > 0) this.typing(isBusy(await this.#host.conversations.load(this.#session)));
    this.#greeted = true;
  }

  /** The event of a line, if it has one. An end that another start follows (a jump) is none. */
  #eventOf(line: Line, restart: number): string {
    if (line.kind === 'out') return this.#pieces(line);
    if (line.kind === 'in') return event('echo', echoed(line), line.seq);
    if (line.kind === 'started' || line.seq < restart) return '';
    return event('end', destination(line), line.seq);
  }

  /** Only the last piece moves the page on, so that a connection that breaks in between costs none. */
  #pieces(line: Line & { kind: 'out' }): string {
    const pieces = shown(line, this.#language);
    return pieces
      .map((piece, index) => event('message', piece, index === pieces.length - 1 ? line.seq : undefined))
      .join('');
  }

  async #write(text: string, seq: number): Promise<void> {
    if (this.#out.closed) return;
    this.#last = seq;
    if (text === '' || this.#out.write(text)) return;
    // A reader that is slow or gone holds up only itself.
    const stop = new AbortController();
    const { signal } = stop;
    await Promise.race([once(this.#out, 'drain', { signal }), once(this.#out, 'close', { signal })]).finally(() =>
      stop.abort(),
    );
  }
}

function event(name: string, data: object, seq?: number): string {
  const id = seq === undefined ? '' : `id: ${seq}\n`;
  return `${id}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** True while an answer is to be expected without the visitor doing anything. */
function isBusy(conversation: Conversation | null): boolean {
  if (conversation === null) return false;
  const asked = conversation.inbox.some((entry) => entry.kind === 'message' || entry.kind === 'start');
  return asked || conversation.session?.wait.for === 'call';
}
