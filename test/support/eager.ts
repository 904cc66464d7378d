/** A visitor of the web chat who does not give up: every request is repeated, with its id, until a server has taken it. */
import { setTimeout as pause } from 'node:timers/promises';
import type { ChatAnswer } from './app.ts';

/** How long a visitor keeps trying (ms). */
const PATIENCE_MS = 300_000;

/** One visitor: says things by one connection and hears everything by another. */
export class EagerVisitor {
  session = '';
  /** Requests that failed and were repeated. */
  repeated = 0;
  /** Event streams that ended before the visitor left. */
  broken = 0;
  /** What the events told, in order, as a page would show it. */
  readonly heard: string[] = [];
  /** Numbers of the lines heard; a page drops none of them. */
  readonly seqs: number[] = [];
  readonly #url: string;
  readonly #left = new AbortController();
  #listening: Promise<void> = Promise.resolve();

  constructor(url: string) {
    this.#url = url;
  }

  async start(flow: string): Promise<void> {
    const { session } = await this.#ask(`/api/chat/${flow}/start`, {});
    this.session = session ?? '';
  }

  /** Begins to listen, on connections of its own that are opened again whenever they break. */
  listen(): void {
    this.#listening = this.#stream();
  }

  /** Says something and answers what was answered; a turn that takes long is asked for again. */
  async say(text: string, id: string): Promise<string[]> {
    for (;;) {
      const answer = await this.#ask(`/api/chat/${this.session}/messages`, { text, id });
      if (answer.pending !== true) return answer.messages.map((message) => message.text ?? '');
    }
  }

  /** Everything that was said, as a reloaded page gets it. */
  async transcript(flow: string): Promise<string[]> {
    const { messages } = await this.#ask(`/api/chat/${flow}/start`, { fresh: false });
    return messages.map((message) => message.text ?? '');
  }

  /** Resolves when so many messages were heard. */
  async hears(count: number): Promise<void> {
    const until = performance.now() + PATIENCE_MS;
    while (this.heard.length < count && performance.now() < until) await pause(20);
  }

  async leave(): Promise<void> {
    this.#left.abort();
    await this.#listening;
  }

  async #ask(path: string, body: object): Promise<ChatAnswer> {
    const until = performance.now() + PATIENCE_MS;
    const headers = { 'Content-Type': 'application/json', 'X-Session': this.session };
    for (let wait = 100; ; wait = Math.min(1000, 1.5 * wait)) {
      try {
        const response = await fetch(this.#url + path, { method: 'POST', headers, body: JSON.stringify(body) });
        const answer = (await response.json()) as ChatAnswer;
        if (response.ok) return answer;
        if (response.status < 500) throw new TypeError(`${response.status} ${JSON.stringify(answer)}`);
      } catch (error) {
        if (performance.now() > until || (error instanceof TypeError && /^4\d\d /.test(error.message))) throw error;
      }
      this.repeated += 1;
      await pause(wait);
    }
  }

  async #stream(): Promise<void> {
    const { signal } = this.#left;
    while (!signal.aborted) {
      try {
        const headers = { 'Last-Event-ID': String(this.seqs.at(-1) ?? 0) };
        const response = await fetch(`${this.#url}/api/chat/${this.session}/events`, { headers, signal });
        if (response.ok && response.body !== null) await this.#read(response.body);
      } catch {
        // Broken off, by the server's end or by ours: a page connects again, too.
      }
      if (!signal.aborted) this.broken += 1;
      // As long as a page waits before it connects again.
      await pause(1000, undefined, { signal }).catch(() => undefined);
    }
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const bytes of body) {
      rest += decoder.decode(bytes, { stream: true });
      const events = rest.split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) this.#hear(event);
    }
  }

  #hear(event: string): void {
    const seq = /^id: (\d+)$/m.exec(event)?.[1];
    if (seq !== undefined) this.seqs.push(Number(seq));
    const data = /^event: message\ndata: (.*)$/m.exec(event)?.[1];
    if (data !== undefined) this.heard.push((JSON.parse(data) as { text?: string }).text ?? '');
  }
}
