import type { WebMessage } from '../../channels/whatsapp-web/message.ts';
import { WebFault } from '../../channels/whatsapp-web/protocol.ts';
import type { Ask, Fault, Report } from '../../channels/whatsapp-web/protocol.ts';
import type { StartChild } from '../../channels/whatsapp-web/supervisor.ts';

/** What a question is answered with; what it throws is the fault that is reported. Undefined: no answer at all. */
export type Answers = { readonly [K in Ask['kind']]: (ask: Extract<Ask, { kind: K }>) => object | undefined };

/** The process of the browser, without a browser: it does as it is told, and shows what it was asked. */
export class FakeBrowser {
  readonly asked: Ask[] = [];
  readonly sent: { chat: string; post: object }[] = [];
  /** What was done to it, in order. */
  readonly story: string[] = [];
  /** What is in the chats when they are looked through. */
  chats: WebMessage[] = [];
  /** False: it does not end when it is asked to. */
  obeys = true;
  running = false;
  answers: Answers = {
    state: () => ({ state: 'CONNECTED', memory: 1 }),
    send: ({ chat, post }) => {
      this.sent.push({ chat, post });
      return { id: `true_${chat}_${this.sent.length}`, chat };
    },
    typing: () => ({}),
    recent: ({ since }) => ({ messages: this.chats.filter(({ at }) => at >= since), unread: 0 }),
    own: () => ({ ids: [] }),
    whois: () => ({ phone: null, lid: null }),
    fetch: () => {
      throw new WebFault('no_file', 'gone');
    },
  };
  #hear: (report: Report) => void = () => undefined;
  #ended: (how: string) => void = () => undefined;

  readonly start: StartChild = (hear, ended) => {
    this.story.push('started');
    this.running = true;
    this.#hear = hear;
    this.#ended = ended;
    return {
      say: (command) => {
        if (command.kind === 'ask') this.#answer(command.id, command.ask);
        if (command.kind !== 'close') return;
        this.story.push('told to close');
        if (this.obeys) this.die('exit code 0');
      },
      kill: () => {
        this.story.push('killed');
        this.die('SIGKILL');
      },
    };
  };

  /** Changes some of the answers. */
  will(answers: Partial<Answers>): void {
    this.answers = { ...this.answers, ...answers };
  }

  says(...reports: readonly Report[]): void {
    for (const report of reports) this.#hear(report);
  }

  ready(me = '15550001111@c.us'): void {
    this.says({ kind: 'authenticated' }, { kind: 'ready', me, name: 'Shop', version: '2.3' });
  }

  hears(...messages: readonly WebMessage[]): void {
    for (const message of messages) this.says({ kind: 'message', message });
  }

  /** The process ends, later, as processes do. */
  die(how: string): void {
    if (!this.running) return;
    this.running = false;
    const ended = this.#ended;
    setImmediate(() => ended(how));
  }

  #answer(id: number, ask: Ask): void {
    this.asked.push(ask);
    try {
      const value = this.#valueOf(ask);
      if (value !== undefined) setImmediate(() => this.#hear({ kind: 'answer', id, value }));
    } catch (error) {
      const { code, message } = error instanceof WebFault ? error : new WebFault('failed', String(error));
      const fault: Fault = { code: code === 'away' || code === 'late' ? 'failed' : code, reason: message };
      setImmediate(() => this.#hear({ kind: 'fault', id, fault }));
    }
  }

  #valueOf(ask: Ask): object | undefined {
    switch (ask.kind) {
      case 'state':
        return this.answers.state(ask);
      case 'send':
        return this.answers.send(ask);
      case 'typing':
        return this.answers.typing(ask);
      case 'recent':
        return this.answers.recent(ask);
      case 'own':
        return this.answers.own(ask);
      case 'whois':
        return this.answers.whois(ask);
      case 'fetch':
        return this.answers.fetch(ask);
    }
  }
}
