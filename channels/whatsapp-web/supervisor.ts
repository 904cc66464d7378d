import { messageOf } from '../../src/domain/error.ts';
import type { Clock } from './clock.ts';
import type { WebMessage } from './message.ts';
import type { Command, Report } from './protocol.ts';
import { meaningOf } from './reasons.ts';
import { Remote } from './remote.ts';

/** A running child, as the supervisor sees it. */
export interface Child {
  say(command: Command): void;
  /** Ends it at once, and its browser with it. */
  kill(): void;
}

/** Starts a child. `ended` is called once, in all cases. */
export type StartChild = (hear: (report: Report) => void, ended: (how: string) => void) => Child;

/** How far the login is. */
export type State =
  | { readonly kind: 'starting' }
  /** Somebody has to scan this code with the phone. */
  | { readonly kind: 'qr'; readonly code: string }
  /** The phone has agreed; WhatsApp loads its chats. */
  | { readonly kind: 'authenticated' }
  | { readonly kind: 'ready'; readonly me: string; readonly name: string }
  | { readonly kind: 'waiting'; readonly reason: string }
  | { readonly kind: 'closed' };

/** What the supervisor needs, and whom it tells. */
export interface SupervisorParts {
  readonly clock: Clock;
  readonly start: StartChild;
  /** Bytes that child and browser may use. */
  readonly memory: number;
  changed(state: State): void;
  message(message: WebMessage): void;
  log(level: 'info' | 'warn' | 'error', text: string, facts?: Record<string, unknown>): void;
}

/** Milliseconds that each stage may take before the child is started afresh. */
const PATIENCE = { starting: 120_000, qr: 5 * 60_000, authenticated: 120_000 } as const;

/** Between two heartbeats, and beats without a connection that are sat out. */
const BEAT = 30_000;
const LONELY_BEATS = 10;

/** The pause before a new start doubles from the first to the longest; a run that lasted so long counts as good. */
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 5 * 60_000;
const GOOD_RUN = 5 * 60_000;

/** Milliseconds that a child gets to close its browser in order. */
const GRACE = 8000;

/** Keeps one child alive, whatever happens to it: the server never falls with it. */
export class Supervisor {
  readonly remote: Remote;
  private readonly parts: SupervisorParts;
  private child: Child | null = null;
  private current: State = { kind: 'waiting', reason: 'not started yet' };
  private failures = 0;
  private readyAt = 0;
  private lonely = 0;
  /** Why the child was told to end, until it has. */
  private ending: string | null = null;
  private leastPause = 0;
  private stopTimer: () => void = () => undefined;
  private gone: () => void = () => undefined;

  constructor(parts: SupervisorParts) {
    this.parts = parts;
    this.remote = new Remote(parts.clock);
  }

  get state(): State {
    return this.current;
  }

  /** Starts the first child. */
  open(): void {
    if (this.current.kind === 'closed' || this.child !== null) return;
    this.ending = null;
    this.enter({ kind: 'starting' });
    this.timed(PATIENCE.starting, () => this.restart('WhatsApp Web did not load', true));
    // A child that is gone may still have words on the way; they are about nothing that is there.
    const isMine = (): boolean => this.child === child;
    const child = this.parts.start(
      (report) => (isMine() ? this.hear(report) : undefined),
      (how) => (isMine() ? this.ended(how) : undefined),
    );
    this.child = child;
    this.remote.attach((command) => child.say(command));
  }

  /** Ends the child and starts another one after a pause. `hard`: it does not answer, so it is not asked. */
  restart(reason: string, hard = false): void {
    if (this.current.kind === 'closed' || this.child === null || this.ending !== null) return;
    this.parts.log('warn', `WhatsApp Web is started afresh: ${reason}`);
    this.ending = reason;
    this.remote.detach(reason);
    if (hard) return this.child.kill();
    this.child.say({ kind: 'close' });
    this.timed(GRACE, () => this.child?.kill());
  }

  /** Ends the child for good. */
  async close(): Promise<void> {
    this.enter({ kind: 'closed' });
    this.stopTimer();
    this.remote.detach('the server is stopping');
    const { child } = this;
    if (child === null) return;
    await new Promise<void>((resolve) => {
      this.gone = resolve;
      child.say({ kind: 'close' });
      this.timed(GRACE, () => child.kill());
    });
    this.stopTimer();
  }

  private hear(report: Report): void {
    if (report.kind === 'answer' || report.kind === 'fault') return this.remote.take(report);
    if (report.kind === 'remark') return this.parts.log('info', report.text);
    if (this.current.kind === 'closed' || this.ending !== null) return;
    switch (report.kind) {
      case 'qr':
        return this.staged({ kind: 'qr', code: report.code }, 'nobody has scanned the QR code');
      case 'authenticated':
        if (this.current.kind === 'ready') return;
        return this.staged({ kind: 'authenticated' }, 'the phone has agreed, but WhatsApp Web did not become ready');
      case 'loading':
        if (this.current.kind === 'starting')
          this.staged({ kind: 'authenticated' }, 'WhatsApp Web did not finish loading');
        return;
      case 'ready':
        return this.ready(report);
      case 'message':
        return this.parts.message(report.message);
      case 'gone':
        return this.left(report.reason);
      case 'browser':
    }
  }

  /** A stage of the login that must lead somewhere in time. */
  private staged(state: Extract<State, { kind: 'qr' | 'authenticated' }>, otherwise: string): void {
    this.enter(state);
    this.timed(PATIENCE[state.kind], () => this.restart(otherwise));
  }

  private ready({ me, name, version }: Extract<Report, { kind: 'ready' }>): void {
    if (this.current.kind !== 'ready') this.readyAt = this.parts.clock.now();
    this.lonely = 0;
    this.parts.log('info', 'WhatsApp is linked', { number: me, version });
    this.enter({ kind: 'ready', me, name });
    this.timed(BEAT, () => void this.beat());
  }

  private async beat(): Promise<void> {
    try {
      const { state, memory } = await this.remote.state();
      if (this.current.kind !== 'ready' || this.ending !== null) return;
      this.lonely = state === 'CONNECTED' ? 0 : this.lonely + 1;
      const megabytes = Math.round(memory / 1024 / 1024);
      if (memory > this.parts.memory) return this.restart(`it uses ${megabytes} MB, more than WHATSAPP_WEB_MEMORY`);
      if (this.lonely > LONELY_BEATS) return this.restart(`it has no connection to WhatsApp (${state})`);
      this.timed(BEAT, () => void this.beat());
    } catch (error) {
      this.restart(messageOf(error), true);
    }
  }

  /** The child says that it is over, and why; it ends by itself. */
  private left(reason: string): void {
    const { text, level, pause } = meaningOf(reason);
    this.parts.log(level, text, { reason });
    this.leastPause = pause;
    this.ending = text;
    this.remote.detach(text);
    this.timed(GRACE, () => this.child?.kill());
  }

  private ended(how: string): void {
    this.child = null;
    const reason = this.ending ?? how;
    this.remote.detach(reason);
    if (this.current.kind === 'closed') return this.gone();
    if (this.ending === null) this.parts.log('warn', `the process of WhatsApp Web has ended: ${how}`);
    const wasGood = this.current.kind === 'ready' && this.parts.clock.now() - this.readyAt >= GOOD_RUN;
    this.failures = wasGood ? 0 : this.failures;
    const pause = Math.max(this.leastPause, Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.failures));
    this.failures = Math.min(this.failures + 1, 20);
    this.leastPause = 0;
    this.enter({ kind: 'waiting', reason });
    this.timed(pause, () => this.open());
  }

  private enter(state: State): void {
    this.current = state;
    this.parts.changed(state);
  }

  /** There is one thing at a time that is waited for. */
  private timed(ms: number, run: () => void): void {
    this.stopTimer();
    this.stopTimer = this.parts.clock.after(ms, run);
  }
}
