import { setTimeout as pause } from 'node:timers/promises';
import type { App } from '@slack/bolt';
import type { ChannelHost } from '../../src/channel/channel.ts';
import type { Intake } from './intake.ts';
import { failureOf } from './errors.ts';
import type { Failure } from './errors.ts';
import type { Socket, Up } from './socket.ts';

/** Pauses between tries double from the first to the longest (ms). */
const FIRST = 100;
const LONGEST = 60_000;

/** After a connection that lasted so long (ms), the first try is at once. */
const STEADY = 30_000;

/**
 * Signs in, and in Socket Mode keeps the connection up. That Slack is away or does not take a token never stops the server:
 * it is logged and tried again, and until then Slack is asked to come back.
 */
export class Connection {
  private readonly app: App;
  private readonly intake: Intake;
  private readonly host: ChannelHost;
  private readonly socket: Socket | null;
  private readonly closing = new AbortController();

  constructor(app: App, host: ChannelHost, intake: Intake, socket: Socket | null) {
    this.app = app;
    this.host = host;
    this.intake = intake;
    this.socket = socket;
  }

  /** Resolves after the first try, whatever came of it; the rest goes on by itself. */
  async open(): Promise<void> {
    const first = await this.attempt();
    void this.keep(first);
  }

  async close(): Promise<void> {
    this.closing.abort();
    this.intake.isReady = false;
    await this.socket?.close();
  }

  private get isClosing(): boolean {
    return this.closing.signal.aborted;
  }

  /** Tries until it is up, and again when it has ended. */
  private async keep(first: Up | Failure | null): Promise<void> {
    let last = first;
    let tries = 0;
    while (last !== null && !this.isClosing) {
      if ('ended' in last) {
        const since = this.host.now();
        await last.ended;
        if (this.host.now() - since > STEADY) tries = 0;
        if (!this.isClosing) this.host.log('warn', 'the connection to Slack has ended and is made again');
      }
      await this.wait(tries, 'ended' in last ? 0 : longer(last));
      tries += 1;
      if (!this.isClosing) last = await this.attempt();
    }
    if (this.isClosing) await this.socket?.close();
  }

  /** One try: the connection, why there is none, or null when there is nothing more to keep up. */
  private async attempt(): Promise<Up | Failure | null> {
    let token = 'SLACK_BOT_TOKEN';
    try {
      await this.signIn();
      token = 'SLACK_APP_TOKEN';
      const up = (await this.socket?.connect()) ?? null;
      if (up !== null) this.host.log('info', 'connected to Slack by Socket Mode');
      return up;
    } catch (error) {
      const failure = failureOf(error, token);
      if (!this.isClosing) this.host.log('error', `no connection to Slack: ${failure.sent.reason}`);
      return failure;
    }
  }

  private async signIn(): Promise<void> {
    if (this.intake.isReady) return;
    const { team, user } = await this.app.client.auth.test();
    await this.app.init();
    this.intake.isReady = !this.isClosing;
    this.host.log('info', 'signed in to Slack', { workspace: team, bot: user });
  }

  private async wait(tries: number, least: number): Promise<void> {
    const ms = Math.max(least, tries === 0 ? 0 : Math.min(LONGEST, FIRST * 2 ** Math.min(20, tries)));
    // It ends early when the channel is closed.
    await pause(ms, undefined, { signal: this.closing.signal, ref: false }).catch(() => undefined);
  }
}

/** A token that Slack does not take will hardly be better in a second. */
function longer({ sent }: Failure): number {
  return sent.kind === 'refused' ? LONGEST : (sent.after ?? 0);
}
