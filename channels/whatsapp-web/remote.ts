import type { z } from 'zod';
import type { Clock } from './clock.ts';
import { ANSWERS, WebFault } from './protocol.ts';
import type { Ask, Command, Post, Report } from './protocol.ts';

/** Milliseconds for a question that the browser answers from memory. */
const QUICK = 10_000;

/** A message may have to be uploaded; the outbox gives a send 60 s. */
const SEND = 28_000;

/** Loading chats after a restart, and files of up to 32 MB. */
const LONG = 60_000;

/** Chats and messages of each that are looked through after a restart. */
const CHATS = 100;
const EACH = 50;

type Answered<K extends keyof typeof ANSWERS> = z.infer<(typeof ANSWERS)[K]>;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (fault: WebFault) => void;
  readonly stop: () => void;
}

/** The browser's process as something to ask. Every question ends: answered, refused, late, or with nobody there. */
export class Remote {
  private readonly clock: Clock;
  private readonly waiting = new Map<number, Waiting>();
  private say: ((command: Command) => void) | null = null;
  private asked = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** From now on questions go to this child. */
  attach(say: (command: Command) => void): void {
    this.say = say;
  }

  /** There is nobody to ask any more; whoever waits is told. */
  detach(reason: string): void {
    this.say = null;
    for (const { reject, stop } of this.waiting.values()) {
      stop();
      reject(new WebFault('away', reason));
    }
    this.waiting.clear();
  }

  /** Takes an answer of the child; one that comes too late is dropped. */
  take(report: Extract<Report, { kind: 'answer' | 'fault' }>): void {
    const waiting = this.waiting.get(report.id);
    if (waiting === undefined) return;
    this.waiting.delete(report.id);
    waiting.stop();
    if (report.kind === 'answer') waiting.resolve(report.value);
    else waiting.reject(new WebFault(report.fault.code, report.fault.reason));
  }

  async state(): Promise<Answered<'state'>> {
    return ANSWERS.state.parse(await this.ask({ kind: 'state' }, QUICK * 2));
  }

  /** Sends one message; resolves when WhatsApp has it. */
  async send(chat: string, post: Post, known: boolean): Promise<Answered<'sent'>> {
    return ANSWERS.sent.parse(await this.ask({ kind: 'send', chat, post, known }, SEND));
  }

  async typing(chat: string, on: boolean): Promise<void> {
    ANSWERS.done.parse(await this.ask({ kind: 'typing', chat, on }, QUICK));
  }

  /** What others have written since then (seconds since 1970). */
  async recent(since: number): Promise<Answered<'recent'>> {
    return ANSWERS.recent.parse(await this.ask({ kind: 'recent', since, chats: CHATS, each: EACH }, LONG));
  }

  /** Our own messages since then (seconds) that say the same, to see if one has gone out after all. */
  async own(chat: string, post: Post, since: number): Promise<readonly string[]> {
    return ANSWERS.own.parse(await this.ask({ kind: 'own', chat, post, since }, QUICK)).ids;
  }

  async whois(chat: string): Promise<Answered<'whois'>> {
    return ANSWERS.whois.parse(await this.ask({ kind: 'whois', chat }, QUICK));
  }

  /** Writes the file of a message to a path. */
  async fetch(id: string, path: string, most: number): Promise<Answered<'fetched'>> {
    return ANSWERS.fetched.parse(await this.ask({ kind: 'fetch', id, path, most }, LONG));
  }

  private ask(ask: Ask, patience: number): Promise<unknown> {
    const { say } = this;
    if (say === null) return Promise.reject(new WebFault('away', 'WhatsApp Web is not running'));
    this.asked += 1;
    const id = this.asked;
    return new Promise((resolve, reject) => {
      const stop = this.clock.after(patience, () => {
        this.waiting.delete(id);
        reject(new WebFault('late', `WhatsApp Web did not answer within ${patience / 1000} s (${ask.kind})`));
      });
      this.waiting.set(id, { resolve, reject, stop });
      say({ kind: 'ask', id, ask });
    });
  }
}
