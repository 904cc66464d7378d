import { createCaller } from '../../src/calls/caller.ts';
import type { Caller } from '../../src/calls/caller.ts';
import type { Client } from '../../src/calls/client.ts';
import { CANCELLED } from '../../src/calls/deadline.ts';
import type { PlainRequest } from '../../src/calls/prepare.ts';
import type { CallRow } from '../../src/calls/row.ts';
import type { CallOutcome, CallRequest } from '../../src/domain/call.ts';
import { FrozenWorld } from '../../src/testing/world.ts';
import { sourceOf } from './secrets.ts';

/** Who the calls of these tests are made for. */
export const ABOUT = { contact: 'whatsapp:1', channel: 'whatsapp', flow: 'orders', block: 'lookup' };
/** The value of `secret.key` and of the first credential. */
export const SECRET = 's3cr3t-k3y';

/** A caller on a client that answers from a list, in a world where waiting moves the clock. */
export class Scene {
  readonly world = new FrozenWorld();
  readonly rows: CallRow[] = [];
  readonly sent: { readonly request: PlainRequest; readonly key: string }[] = [];
  readonly waits: number[] = [];
  readonly caller: Caller;
  /** What happens while it waits. */
  during: () => void = () => undefined;

  constructor(outcomes: readonly CallOutcome[]) {
    const client: Pick<Client, 'send'> = {
      send: async (request, key) => {
        this.sent.push({ request, key });
        this.world.advance(40);
        return await Promise.resolve(outcomes[Math.min(this.sent.length, outcomes.length) - 1] ?? CANCELLED);
      },
    };
    this.caller = createCaller({
      client,
      world: this.world,
      ticks: () => this.world.now(),
      log: { write: (row) => void this.rows.push(row) },
      secrets: sourceOf({
        secrets: { key: SECRET },
        credentials: { 'crm/Main': { api_key: SECRET }, 'crm/Other': { api_key: 'other-value' } },
        origins: ['https://api.example'],
      }),
      sleep: async (ms) => {
        this.waits.push(ms);
        this.world.advance(ms);
        this.during();
        await Promise.resolve();
      },
    });
  }
}

/** A request with the defaults most tests want. */
export function asked(more: Partial<CallRequest> = {}): CallRequest {
  return { type: 'webhook', method: 'POST', url: 'https://api.example/v1', headers: {}, timeout: 1000, ...more };
}

/** An answer of the client. */
export function answer(
  status: number,
  body = '',
  headers: Readonly<Record<string, string>> = {},
  json?: unknown,
): CallOutcome {
  const plain = { kind: 'answered', status, headers, body } as const;
  return json === undefined ? plain : { ...plain, json: JSON.parse(JSON.stringify(json)) };
}
