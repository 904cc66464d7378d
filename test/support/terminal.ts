import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect } from 'chai';

/** Longer than anything takes on a busy machine. */
const PATIENCE_MS = 30_000;

/** A terminal with nobody but the test in front of it. */
export class Terminal {
  readonly input = new PassThrough();
  readonly output = new PassThrough();
  /** What stands on the screen. */
  screen = '';

  constructor() {
    this.output.setEncoding('utf8').on('data', (text: string) => (this.screen += text));
  }

  /** Resolves when the screen shows a text. */
  async shows(text: string): Promise<void> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    while (!this.screen.includes(text)) {
      // What is there instead says more than a timeout does.
      await once(this.output, 'data', { signal }).catch(() => expect(this.screen).to.contain(text));
    }
  }
}
