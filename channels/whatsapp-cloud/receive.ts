import { createHash } from 'node:crypto';
import type { ChannelHost } from '../../src/channel/channel.ts';
import { messageOf } from '../../src/domain/error.ts';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import type { Inbound } from '../../src/domain/message.ts';
import { unpack } from './batch.ts';
import type { ByHand, Item } from './batch.ts';
import { textAt } from '../../src/channel/fields.ts';
import type { Identity } from './identity.ts';
import { readMessage } from './inbound.ts';
import type { Link, Read } from './inbound.ts';
import type { Sender } from './sender.ts';
import type { Statuses } from './statuses.ts';

/** What taking webhooks needs. */
export interface ReceiveParts {
  readonly host: ChannelHost;
  readonly phoneNumberId: string;
  readonly identity: Identity;
  readonly statuses: Statuses;
  readonly link: Link;
  /** Told of every message that is new, for typing and read marks. */
  heard(address: string, messageId: string): void;
}

/** One message on its way into its conversation. */
interface Arrival {
  readonly id: string;
  readonly read: Extract<Read, { kind: 'said' | 'unreadable' }>;
  readonly known: { readonly name?: string };
}

/**
 * Takes a whole webhook. True when everything in it that has to be stored is stored: then Meta may forget it. Items
 * are independent, but once one of a contact is not stored, the later ones of that contact wait for the repeat, too.
 */
export async function receive(payload: Json, parts: ReceiveParts): Promise<boolean> {
  const arrivals = new Map<string, Arrival[]>();
  const failed = new Set<string>();
  for (const item of unpack(payload, parts.phoneNumberId)) {
    try {
      await sort(item, arrivals, failed, parts);
    } catch (error) {
      if (item.kind === 'message') failed.add(nameOf(item.sender));
      if (item.kind === 'by_hand') failed.add(item.id);
      parts.host.log('error', `a webhook item could not be taken: ${messageOf(error)}`, { kind: item.kind });
    }
  }
  const stored = await Promise.all([...arrivals].map(([address, list]) => store(address, list, parts)));
  return failed.size === 0 && stored.every(Boolean);
}

/** Statuses and notices are done at once; messages are put with the others of their conversation. */
async function sort(
  item: Item,
  arrivals: Map<string, Arrival[]>,
  failed: ReadonlySet<string>,
  parts: ReceiveParts,
): Promise<void> {
  if (item.kind === 'remark') return parts.host.log(item.level, item.text, item.facts);
  if (item.kind === 'status') return parts.statuses.take(item.status);
  if (item.kind === 'by_hand') return byHand(item, parts);
  if (failed.has(nameOf(item.sender))) return;
  const id = idOf(item.message);
  const read = readMessage(item.message, parts.link);
  if (read.kind === 'ignored') return parts.host.log(read.level ?? 'info', `${read.what} was ignored`, { id });
  if (read.kind === 'moved') {
    const address = await parts.identity.moved({ id, from: read.from, to: read.to });
    return parts.host.log('info', 'a contact has a new number; the conversation goes on there', { id, address });
  }
  const address = await parts.identity.addressOf(item.sender);
  const { name } = item.sender;
  const arrival = { id, read, known: name === undefined ? {} : { name } };
  arrivals.set(address, [...(arrivals.get(address) ?? []), arrival]);
}

/** A person has taken over: the flow is put aside, see {@link ChannelHost.takeover}. */
async function byHand({ id, to, text }: ByHand, { host, identity }: ReceiveParts): Promise<void> {
  const address = await identity.addressOf(to);
  host.log('info', 'a person answers in the WhatsApp Business app', { address, id });
  await host.takeover?.(address, { id, at: host.now(), text });
}

/** Stores the messages of one conversation in order; false as soon as one was not stored. */
async function store(address: string, list: readonly Arrival[], parts: ReceiveParts): Promise<boolean> {
  try {
    for (const arrival of list) if (!(await storeOne(address, arrival, parts))) return false;
    return true;
  } catch (error) {
    parts.host.log('error', `a message could not be stored: ${messageOf(error)}`);
    return false;
  }
}

async function storeOne(address: string, { id, read, known }: Arrival, parts: ReceiveParts): Promise<boolean> {
  const { host } = parts;
  const message = read.kind === 'said' ? read.message : await standIn(address, read.what, id, host);
  if (message === null) return true;
  const receipt = await host.accept(address, { kind: 'message', id, at: host.now(), message }, known);
  if (receipt === 'accepted') parts.heard(address, id);
  return receipt === 'accepted' || receipt === 'duplicate';
}

/** What cannot be read is an empty answer to a flow that waits, which then asks again in its own words. */
async function standIn(address: string, what: string, id: string, host: ChannelHost): Promise<Inbound | null> {
  const conversation = await host.conversations.load(address);
  const waits = conversation !== null && conversation.session !== null;
  host.log('info', `${what} cannot be read`, { id, asked_again: waits });
  return waits ? { text: '' } : null;
}

/** Meta's own id; a message without one is told apart by what it says. */
function idOf(message: JsonObject): string {
  const id = textAt(message, 'id');
  if (id !== undefined && id.length <= 256) return id;
  return `wa-${createHash('sha256').update(JSON.stringify(message)).digest('hex')}`;
}

function nameOf({ phone, users }: Sender): string {
  return phone ?? users[0] ?? '';
}
