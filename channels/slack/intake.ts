import type { App, Receiver, ReceiverEvent } from '@slack/bolt';
import type { ChannelHost } from '../../src/channel/channel.ts';
import { Recent } from '../../src/channel/recent.ts';
import { messageOf } from '../../src/domain/error.ts';
import { isObject, own } from '../../src/domain/json.ts';
import type { JsonObject } from '../../src/domain/json.ts';

/** Events remembered; Slack sends one again within an hour. */
const DONE = 5000;

/** An event that could not be stored now. It is not acknowledged, so that Slack sends it again. */
export class NotTaken extends Error {}

/** A listener has failed. What bolt throws by itself comes from payloads that it cannot read. */
class ListenerFailed extends Error {}

/**
 * What stands between Slack and bolt's app. Bolt acknowledges an event before its listeners have seen it; here it is
 * acknowledged after them, and only when none has failed: what Slack was told to have arrived is in the inbox. Commands and
 * what is pressed are acknowledged by their listeners, or here when there was none.
 */
export class Intake implements Receiver {
  /** False until Slack has said who the bot is, and when the channel closes: then Slack is asked to come back. */
  isReady = false;
  private app: App | undefined;
  /** Ids of events that were acknowledged: one that comes again all the same, by whatever way, has been worked on. */
  private readonly done = new Recent<true>(DONE);
  private readonly host: ChannelHost;

  constructor(host: ChannelHost) {
    this.host = host;
  }

  init(app: App): void {
    this.app = app;
    app.error(async (error) => this.fail(error.original ?? error));
  }

  async start(): Promise<void> {
    // What comes in is brought here by others.
  }

  async stop(): Promise<void> {
    this.isReady = false;
  }

  /** Resolves when the event was acknowledged; rejects when Slack has to send it again. Why is in the log. */
  async take(event: ReceiverEvent): Promise<void> {
    if (!this.isReady) throw new NotTaken('there is no connection to Slack');
    const body: unknown = event.body;
    const given = isObject(body) ? body : {};
    const isEvent = own(given, 'event') !== undefined;
    const id = isEvent ? own(given, 'event_id') : undefined;
    if (typeof id === 'string' && this.done.get(id) === true) return event.ack();
    let acked = false;
    const ack = async (answer?: unknown): Promise<void> => {
      acked = true;
      if (!isEvent) await event.ack(answer);
    };
    this.note(event, given);
    await this.listen({ ...event, body: given, ack });
    if (typeof id === 'string') this.done.set(id, true);
    if (isEvent || !acked) await event.ack(unheard(given));
  }

  /** What bolt cannot make sense of would come again and again: it is logged, and then acknowledged. */
  private async listen(event: ReceiverEvent): Promise<void> {
    try {
      await this.app?.processEvent(event);
    } catch (error) {
      if (error instanceof ListenerFailed) throw error;
      this.host.log('warn', 'a payload of Slack could not be read and was ignored', { reason: messageOf(error) });
    }
  }

  private note({ retryNum = 0, retryReason }: ReceiverEvent, body: JsonObject): void {
    if (retryNum > 0) this.host.log('info', 'Slack sends something again', { times: retryNum, reason: retryReason });
    if (own(body, 'type') === 'app_rate_limited')
      this.host.log('warn', 'Slack holds events back: over 30,000 an hour; what people write then is lost');
  }

  private fail(cause: Error): never {
    if (cause instanceof NotTaken) this.host.log('warn', 'Slack was asked to come back', { reason: cause.message });
    else this.host.log('error', `a bug: a listener failed: ${messageOf(cause)}`, { stack: cause.stack });
    throw new ListenerFailed(messageOf(cause));
  }
}

/** A command that nothing listens to says so; everything else needs no answer. */
function unheard(body: JsonObject): string | undefined {
  const command = own(body, 'command');
  return typeof command === 'string' ? `Nothing here answers ${command}.` : undefined;
}
