import { createCaller } from '../calls/caller.ts';
import type { Caller } from '../calls/caller.ts';
import { createClient } from '../calls/client.ts';
import type { Client } from '../calls/client.ts';
import { createGuard, under } from '../calls/guard.ts';
import { createCallLog } from '../calls/log.ts';
import type { Config } from '../config/config.ts';
import type { CallOutcome } from '../domain/call.ts';
import { shownId } from '../domain/contact.ts';
import type { Contact } from '../domain/contact.ts';
import type { Call } from '../domain/effect.ts';
import { withAddress } from '../domain/own-address.ts';
import { messageOf } from '../domain/error.ts';
import { realWorld } from '../domain/world.ts';
import type { World } from '../domain/world.ts';
import type { Library } from '../flow/library.ts';
import type { Log } from '../log/logger.ts';
import { sendCode } from '../outbox/codes.ts';
import { SendLimit } from '../outbox/send-limit.ts';
import type { RunningChannel } from '../outbox/sender.ts';
import type { Store } from '../store/store.ts';
import { version } from '../version.ts';
import { hasRow } from './call-log.ts';
import { openSecrets, secretSource } from './secrets.ts';
import type { SecretBox } from './secrets.ts';
import { smsSender } from './sms.ts';

/** What requests to the outside are made of. */
export interface OutgoingParts {
  readonly config: Config;
  readonly secretKey: string;
  readonly store: Store;
  readonly log: Log;
  readonly library: Library;
  readonly world: World;
  serverUrl(): string;
  /** Opens this machine's own addresses for URLs it says yes to. */
  readonly alsoAllow: (url: URL) => boolean;
  channels(): readonly RunningChannel[];
}

/** Everything that leaves this server as a request for a flow. */
export interface Outgoing {
  readonly box: SecretBox;
  readonly caller: Caller;
  /** For the channels, which call the APIs of their own places. */
  readonly places: Client;
  /** Makes an owed call to its end. `again`: a process that ended may have been at it. */
  make(call: Call, contact: Contact, signal: AbortSignal, again: boolean): Promise<CallOutcome>;
  /** Ends the calls under way, and waits for what is to be written down. */
  close(): Promise<void>;
}

/** Guard, client, secrets, webhook log and one-time codes, joined. */
export function outgoingOf(parts: OutgoingParts): Outgoing {
  const { config, store, log } = parts;
  const box = openSecrets(store, parts.secretKey, () => realWorld.now());
  const secrets = secretSource(box, () => parts.serverUrl());
  const { outboundAllow: allow } = config;
  const client = createClient({ guard: createGuard({ allow, alsoAllow: parts.alsoAllow }), version: version() });
  const places = placesClient(config);
  const rows = createCallLog({
    put: (document) => store.put(document),
    retentionMs: config.retentionCalls,
    warn: (text, facts) => log.warn(text, facts),
  });
  const caller = createCaller({ client, secrets, log: rows, world: realWorld });
  const codes = {
    world: parts.world,
    channels: () => parts.channels(),
    sms: smsSender({ ...parts, caller, secrets }),
    limit: new SendLimit(store, () => realWorld.now()),
    template: config.codeTemplate,
  };
  return {
    box,
    caller,
    places,
    make: async ({ request, ...call }, contact, signal, again) => {
      if (request.type === 'phone_code') return sendCode({ request, ...call }, request, signal, codes);
      const [sealed, about] = [withAddress(request, parts.serverUrl()), aboutOf(call, contact)];
      if (again && !(await isNoted(call.key, parts))) await caller.interrupted(sealed, call.key, about);
      return caller.call(sealed, call.key, about, signal);
    },
    close: async () => {
      await client.close();
      await places.close();
      await rows.drain();
    },
  };
}

/** True when a try of a call has its row. A log that cannot be read now must not hold up the call. */
function isNoted(key: string, { store, log }: Pick<OutgoingParts, 'store' | 'log'>): Promise<boolean> {
  return hasRow(store, key).catch((error: unknown) => {
    log.warn('the call log could not be asked about a call that is made again', { key, reason: messageOf(error) });
    return true;
  });
}

/** The client for the APIs of the channels' places: guarded like every other one. */
export function placesClient({ outboundAllow: allow, env }: Pick<Config, 'outboundAllow' | 'env'>): Client {
  return createClient({ guard: createGuard({ allow, alsoAllow: ownPlaces(env) }), version: version() });
}

/** Settings by which whoever runs the server names the API of a place; one on this machine is meant, then. */
const PLACES = ['WHATSAPP_CLOUD_API_URL', 'SLACK_API_URL'];

/** Where this server gives out files: what comes in on one channel may go out on another. */
const FILES = ['/files', '/channels/slack/files', '/channels/whatsapp-cloud/media', '/channels/whatsapp-web/media'];

function ownPlaces(env: Config['env']): (url: URL) => boolean {
  const named = PLACES.map((name) => env[name] ?? '');
  const here = env['PUBLIC_URL'] || `http://localhost:${env['PORT'] || '3000'}`;
  const files = URL.canParse(here) ? FILES.map((path) => new URL(path, here).href) : [];
  const opened = [...named, ...files].filter((value) => URL.canParse(value)).map((value) => under(new URL(value)));
  return (url) => opened.some((opens) => opens(url));
}

function aboutOf(
  { flow, block }: Pick<Call, 'flow' | 'block'>,
  { id, channel }: Contact,
): Parameters<Caller['call']>[2] {
  return { contact: shownId(id), channel, flow, block };
}
