import type { ChannelHost, Sent } from '../../src/channel/channel.ts';
import { messageOf } from '../../src/domain/error.ts';
import type { Clock } from './clock.ts';
import type { Inlet } from './inlet.ts';
import type { State } from './supervisor.ts';

/** What watching needs. */
export interface WatchParts {
  readonly host: Pick<ChannelHost, 'log'>;
  readonly clock: Clock;
  readonly inlet: Pick<Inlet, 'hold' | 'catchUp'>;
  restart(reason: string): void;
}

/** Between two looks at the chats (ms), and between two fresh starts because nothing was heard. */
const LOOK = 2 * 60_000;
const DEAF = 60 * 60_000;

/** Milliseconds for which a send waits until WhatsApp is linked again. */
const ABSENCE = 10_000;

/** When a send comes back that found nobody (ms): soon after a crash, later when somebody has to scan a code. */
const SOON = 5000;
const UNLINKED = 5 * 60_000;

/**
 * Looks at the chats after each start, and now and then: WhatsApp Web is known to fall silent without an error. When messages are there
 * that it did not tell of, it is started afresh.
 */
export class Watch {
  private readonly parts: WatchParts;
  private state: State = { kind: 'starting' };
  private readonly waiting = new Set<() => void>();
  private stopLook: () => void = () => undefined;
  private deafAt = -Infinity;

  constructor(parts: WatchParts) {
    this.parts = parts;
  }

  /** Follows the login. */
  changed(state: State): void {
    this.state = state;
    this.stopLook();
    if (state.kind !== 'ready') return this.parts.inlet.hold();
    void this.look(state.me, false);
    for (const go of this.waiting) go();
  }

  /** Null when something can be sent now, or what the outbox is told. */
  async ready(): Promise<Exclude<Sent, { kind: 'sent' }> | null> {
    if (this.state.kind !== 'ready' && this.state.kind !== 'qr' && this.state.kind !== 'closed') await this.comeback();
    if (this.state.kind === 'ready') return null;
    if (this.state.kind === 'qr')
      return { kind: 'retry', after: UNLINKED, reason: 'WhatsApp is not linked: scan the QR code.' };
    return { kind: 'retry', after: SOON, reason: 'WhatsApp Web is starting.' };
  }

  private comeback(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        stop();
        this.waiting.delete(done);
        resolve();
      };
      const stop = this.parts.clock.after(ABSENCE, done);
      this.waiting.add(done);
    });
  }

  /** `judge`: by now everything new should have been heard. */
  private async look(me: string, judge: boolean): Promise<void> {
    const { inlet, host, clock } = this.parts;
    let heardAll = judge;
    try {
      const missed = await inlet.catchUp(me);
      if (missed > 0) host.log('warn', 'messages were fetched that WhatsApp Web had not told of', { messages: missed });
      if (judge && missed > 0 && clock.now() - this.deafAt > DEAF) {
        this.deafAt = clock.now();
        return this.parts.restart('it does not tell of new messages any more');
      }
      heardAll = true;
    } catch (error) {
      host.log('warn', `the chats could not be looked through: ${messageOf(error)}`);
    }
    if (this.state.kind === 'ready') this.stopLook = clock.after(LOOK, () => void this.look(me, heardAll));
  }
}
