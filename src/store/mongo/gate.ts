import { ParleyError } from '../../domain/error.ts';
import { isPassing, runningFault } from './faults.ts';

/** Marks kept at most; a verb whose mark is gone is still safe to repeat, but costs its conversation one lease time. */
const MOST_UNSURE = 10_000;

/** A verb that takes longer is given up as one whose outcome nobody knows (ms). */
const VERB_MS = 15_000;

/**
 * Waits for the driver, but not for ever. It has time limits of its own, except one: what it writes to a connection
 * in the moment between its end and the notice of its end is never answered (7.8 waits for such a socket to drain).
 */
export function answered<T>(asked: Promise<T>, ms = VERB_MS): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = (): void => reject(new ParleyError('busy', `MongoDB did not answer within ${ms / 1000} s`));
    const timer = setTimeout(late, ms);
    asked.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** What every verb goes through: faults get their name, and what was asked for before `close` is finished. */
export class Gate {
  readonly #underWay = new Set<Promise<unknown>>();
  #closed = false;

  run<T>(verb: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new ParleyError('busy', 'The store is closed'));
    const running = named(verb);
    const ended = running.then(
      () => undefined,
      () => undefined,
    );
    this.#underWay.add(ended);
    void ended.then(() => this.#underWay.delete(ended));
    return running;
  }

  /** Resolves when nothing is under way; true the first time. */
  async close(): Promise<boolean> {
    if (this.#closed) return false;
    this.#closed = true;
    await Promise.all(this.#underWay);
    return true;
  }
}

/** Runs a verb; also one that throws at once rejects. */
async function named<T>(verb: () => Promise<T>): Promise<T> {
  try {
    return await verb();
  } catch (error) {
    throw runningFault(error);
  }
}

/**
 * Remembers the mark of a verb whose outcome nobody knows, because the answer was lost. Asked again, the verb goes
 * under the same mark, by which the record shows if it was done; the mark is taken out, so only one asker gets it.
 */
export class Unsure {
  readonly #marks = new Map<string, string>();

  async run<T>(key: string, make: () => string, verb: (mark: string, again: boolean) => Promise<T>): Promise<T> {
    const before = this.#marks.get(key);
    this.#marks.delete(key);
    const mark = before ?? make();
    try {
      return await answered(verb(mark, before !== undefined));
    } catch (error) {
      if (isPassing(error)) this.#keep(key, mark);
      throw error;
    }
  }

  #keep(key: string, mark: string): void {
    this.#marks.set(key, mark);
    if (this.#marks.size <= MOST_UNSURE) return;
    const [oldest] = this.#marks.keys();
    if (oldest !== undefined) this.#marks.delete(oldest);
  }
}

/**
 * Runs verbs of one key one after the other, in the order they were asked for. When one fails because the server is
 * away, those that wait behind it fail too: they would wait as long, and must not overtake it.
 */
export class InOrder {
  readonly #last = new Map<string, Promise<unknown>>();

  run<T>(key: string, verb: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key);
    const running =
      before === undefined
        ? verb()
        : before.then(verb, (error: unknown) => {
            if (isPassing(error)) throw error;
            return verb();
          });
    this.#last.set(key, running);
    const end = (): void => {
      if (this.#last.get(key) === running) this.#last.delete(key);
    };
    running.then(end, end);
    return running;
  }
}
