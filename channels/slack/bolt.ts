import type * as bolt from '@slack/bolt';
import type { App, SocketModeReceiver, webApi } from '@slack/bolt';
import type { ChannelHost } from '../../src/channel/channel.ts';
import type { Intake } from './intake.ts';
import { boltLog } from './log.ts';
import type { Settings } from './settings.ts';

/** Bolt, once it is loaded. */
export type Bolt = Pick<typeof bolt, 'App' | 'LogLevel' | 'SocketModeReceiver'>;

/** Slack's Web API with the bot's token. */
export type Client = webApi.WebClient;

/** The client of Socket Mode. */
export type SocketClient = SocketModeReceiver['client'];

/** Milliseconds for one request to Slack; the outbox gives a send 60 s. */
const TIMEOUT = 15_000;

/** Bolt's app. It does nothing by itself before `init`, so that Slack being away cannot end the process. */
export function newApp(loaded: Bolt, settings: Settings, host: ChannelHost, intake: Intake): App {
  return new loaded.App({
    token: settings.botToken,
    receiver: intake,
    logger: boltLog(host, loaded.LogLevel.WARN),
    clientOptions: clientOptions(settings),
    deferInitialization: true,
  });
}

/**
 * Bolt's client of Socket Mode, without bolt's receiver around it, which acknowledges too early. Connecting again is ours
 * too: the client gives up for good when the network is bad at the wrong moment.
 */
export function newSocketClient(loaded: Bolt, settings: Settings, host: ChannelHost, appToken: string): SocketClient {
  const receiver = new loaded.SocketModeReceiver({
    appToken,
    logger: boltLog(host, loaded.LogLevel.WARN),
    autoReconnectEnabled: false,
    installerOptions: { clientOptions: clientOptions(settings) },
  });
  return receiver.client;
}

/** The outbox tries again by itself, so the client must not: it would hold up all that waits behind. */
function clientOptions(settings: Settings): webApi.WebClientOptions {
  return { slackApiUrl: settings.apiUrl, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true, timeout: TIMEOUT };
}
