// Only imported when the channel is opened: bolt takes its time and memory.
import { App, LogLevel, SocketModeReceiver } from '@slack/bolt';
import type { Receiver, ReceiverEvent, webApi } from '@slack/bolt';
import type { ChannelHost } from '../../src/channel/channel.ts';
import { messageOf } from '../../src/domain/error.ts';
import { isObject } from '../../src/domain/json.ts';
import { boltLog } from './log.ts';
import type { Settings } from './settings.ts';

/** Milliseconds for one request to Slack; the outbox gives a send 60 s. */
const TIMEOUT = 15_000;

/** An event that could not be stored now. It is not acknowledged, so that Slack sends it again. */
export class NotTaken extends Error {}

/** A listener has failed; bolt's other errors come from payloads it cannot read. */
class ListenerFailed extends Error {}

/**
 * Bolt's app, but an event is acknowledged after its listeners and only when none of them failed: what Slack was told to
 * have arrived is in the inbox. Commands and what is pressed are acknowledged by their listeners, or here when there was none.
 */
export class ParleyApp extends App {
  /** False until Slack has said who the bot is; until then Slack is asked to come back. */
  isReady = false;
  private readonly host: ChannelHost;

  constructor(settings: Settings, host: ChannelHost, receiver: Receiver) {
    const logger = boltLog(host, LogLevel.WARN);
    super({
      token: settings.botToken,
      receiver,
      logger,
      clientOptions: clientOptions(settings),
      deferInitialization: true,
    });
    this.host = host;
    this.error(async (error) => {
      const cause = error.original ?? error;
      if (cause instanceof NotTaken) host.log('warn', 'Slack was asked to come back', { reason: cause.message });
      else host.log('error', `a bug: a listener failed: ${messageOf(cause)}`, { stack: cause.stack });
      throw new ListenerFailed(messageOf(cause));
    });
  }

  override async processEvent(event: ReceiverEvent): Promise<void> {
    if (!this.isReady) throw new NotTaken('the connection to Slack is not up yet');
    const body: unknown = event.body;
    const later = isObject(body) && body['event'] !== undefined;
    let acked = false;
    const ack = async (answer?: unknown): Promise<void> => {
      acked = true;
      if (!later) await event.ack(answer);
    };
    if (event.retryNum !== undefined && event.retryNum > 0)
      this.host.log('info', 'Slack sends something again', { times: event.retryNum, reason: event.retryReason });
    await this.readable({ ...event, ack });
    if (later || !acked) await event.ack(acked || later ? undefined : unhandled(body));
  }

  /** What bolt cannot make sense of would come again and again: it is logged, and acknowledged. */
  private async readable(event: ReceiverEvent): Promise<void> {
    try {
      await super.processEvent(event);
    } catch (error) {
      if (error instanceof ListenerFailed) throw error;
      this.host.log('warn', 'a payload of Slack could not be read and was ignored', { reason: messageOf(error) });
    }
  }
}

/** Socket Mode: bolt's own receiver, which we connect and reconnect ourselves because bolt gives up at the first bad network. */
export function socketReceiver(settings: Settings, host: ChannelHost, appToken: string): SocketModeReceiver {
  return new SocketModeReceiver({
    appToken,
    logger: boltLog(host, LogLevel.WARN),
    autoReconnectEnabled: false,
    installerOptions: { clientOptions: clientOptions(settings) },
    // Not acknowledged: Slack sends it again. Why is in the log already.
    processEventErrorHandler: async () => false,
  });
}

/** The outbox tries again by itself, so the client must not: it would hold up all that waits behind. */
function clientOptions(settings: Settings): webApi.WebClientOptions {
  return {
    slackApiUrl: settings.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: TIMEOUT,
  };
}

/** A command that nothing listens to says so; everything else needs no answer. */
function unhandled(body: unknown): string | undefined {
  const command = isObject(body) ? body['command'] : undefined;
  return typeof command === 'string' ? `Nothing here answers ${command}.` : undefined;
}
