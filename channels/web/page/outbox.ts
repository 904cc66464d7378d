import { recall, remember } from './memory.ts';
import { pause, post } from './wire.ts';
import type { Posted, Say } from './wire.ts';

/** What became of a message that the visitor wrote. */
export type Outcome = Exclude<Posted, { kind: 'later' }> | { readonly kind: 'retrying' };

/** What the visitor said and the server may not have yet: sent in order, again and again with the same id. */
export class Outbox {
  readonly #session: string;
  readonly #key: string;
  readonly #report: (say: Say, outcome: Outcome) => void;
  #waiting: Say[];
  #sending = false;
  /** Ends the pause before the next try. */
  #hurry: () => void = () => {};
  /** Ends the wait for an answer to something that is known to have arrived. */
  #goOn: () => void = () => {};

  constructor(flow: string, session: string, report: (say: Say, outcome: Outcome) => void) {
    this.#session = session;
    // A part of the id tells sessions apart and opens none.
    this.#key = `parley unsent ${flow} ${session.slice(0, 6)}`;
    this.#report = report;
    this.#waiting = JSON.parse(recall(this.#key) || '[]');
  }

  /** What a reload found unsent. */
  get waiting(): readonly Say[] {
    return this.#waiting;
  }

  /** Takes a message to be sent after those before it. */
  add(say: Say): void {
    this.#keep([...this.#waiting, say]);
    this.flush();
  }

  /** The server has it, as its echo told: the next one can go before the answer is here. */
  arrived(id: string): void {
    this.#keep(this.#waiting.filter((say) => say.id !== id));
    this.#goOn();
  }

  /** Tries now what waits for its next try. */
  flush(): void {
    this.#hurry();
    if (!this.#sending) void this.#run();
  }

  /** Gives up on everything: another session follows. */
  close(): void {
    this.#keep([]);
    this.#goOn();
  }

  async #run(): Promise<void> {
    this.#sending = true;
    for (let say = this.#waiting[0]; say !== undefined; say = this.#waiting[0]) await this.#deliver(say);
    this.#sending = false;
  }

  async #deliver(say: Say): Promise<void> {
    for (let tries = 0; this.#waiting.includes(say); tries += 1) {
      const posted = await Promise.race([this.#post(say), this.#told()]);
      if (!this.#waiting.includes(say)) return;
      if (posted !== undefined && posted.kind !== 'later') {
        this.#keep(this.#waiting.filter((other) => other !== say));
        this.#report(say, posted);
        return;
      }
      for (const each of this.#waiting) this.#report(each, { kind: 'retrying' });
      await this.#rest(pause(tries));
    }
  }

  #post(say: Say): Promise<Posted> {
    return post(`${this.#session}/messages`, bodyOf(say));
  }

  /** Resolves when the message at work is known to have arrived, or is given up. */
  #told(): Promise<undefined> {
    return new Promise((resolve) => {
      this.#goOn = () => resolve(undefined);
    });
  }

  async #rest(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#hurry = this.#goOn = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #keep(waiting: Say[]): void {
    this.#waiting = waiting;
    remember(this.#key, waiting.length === 0 ? '' : JSON.stringify(waiting));
  }
}

function bodyOf({ id, words, choice, media }: Say): object {
  if (media !== undefined) return { id, media };
  return choice === undefined ? { id, text: words } : { id, choice };
}
