import { setTimeout as pause } from 'node:timers/promises';
import type { ChannelHost, HttpAnswer, Sent } from '../../src/channel/channel.ts';
import { fit } from '../../src/channel/fit.ts';
import { WHATSAPP } from '../../src/channel/limits.ts';
import type { Contact } from '../../src/domain/contact.ts';
import { mayBeOut } from '../../src/domain/effect.ts';
import type { Delivery } from '../../src/domain/effect.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { failureOf } from './errors.ts';
import { listAt, textAt } from '../../src/channel/fields.ts';
import type { Graph } from './graph.ts';
import type { Identity } from './identity.ts';
import type { Pace } from './pace.ts';
import { isTemplate, render } from './render.ts';
import { messageKey } from './reported.ts';
import type { Reported } from './reported.ts';
import { isUserId, phoneIn } from './sender.ts';
import type { Statuses } from './statuses.ts';
import { lastInbound } from './window.ts';

/** Longest wait that is sat out here (ms); for more the outbox comes back. */
const PATIENCE = 10_000;

/** How long Meta is given to report a message that may be out already (ms): it mostly does so within a second. */
const REPORT = 10_000;

/** What sending needs. */
export interface DeliverParts {
  readonly host: Pick<ChannelHost, 'conversations' | 'now'>;
  readonly graph: Graph;
  readonly identity: Identity;
  readonly statuses: Statuses;
  readonly reported: Reported;
  readonly pace: Pace;
  /** Ends the waits when the channel closes. */
  readonly signal: AbortSignal;
}

/** Sends one delivery, as one or more messages of WhatsApp; what went out before a retry is not sent again. */
export async function deliver(delivery: Delivery, contact: Contact, parts: DeliverParts): Promise<Sent> {
  const message = delivery.message;
  const bodies = fit(message, WHATSAPP, contact.language).flatMap(render);
  if (bodies.length === 0) return { kind: 'refused', reason: 'The message is empty, so there is nothing to send.' };
  const closed = isTemplate(message) ? null : await closedWindow(contact.address, parts);
  if (closed !== null) return { kind: 'refused', reason: closed };
  const out = await reportedOut(delivery, contact.address, parts);
  if (delivery.doubtful === true && out < bodies.length)
    return { kind: 'retry', after: REPORT, reason: 'It may be out already: Meta is given 10 s to report it.' };
  const reach = await parts.identity.reach(contact.address);
  for (const [i, body] of bodies.entries()) {
    const key = messageKey(contact.address, delivery, i + 1);
    if (i < out || parts.statuses.isOut(key)) continue;
    const request = { ...recipient(reach), ...body, biz_opaque_callback_data: key };
    const sent = await sendOne(request, key, contact.address, parts);
    if (sent.kind !== 'sent') return sent;
  }
  return { kind: 'sent' };
}

/** How many messages of a delivery Meta has said it has; asked only when somebody may have sent them before. */
async function reportedOut(delivery: Delivery, address: string, { reported }: DeliverParts): Promise<number> {
  return mayBeOut(delivery) ? await reported.count(address, delivery) : 0;
}

async function sendOne(body: JsonObject, key: string, address: string, parts: DeliverParts): Promise<Sent> {
  const { graph, pace, host, signal } = parts;
  const wait = pace.wait(address);
  if (wait > PATIENCE) return { kind: 'retry', after: wait, reason: 'Meta wants this number to send more slowly.' };
  pace.count(address);
  if (wait > 0) await pause(wait, undefined, { signal, ref: false });
  const answer = await graph.post(body);
  const failure = failureOf(answer, host.now());
  if (failure?.hold !== undefined) pace.hold(failure.hold);
  if (failure !== null) return failure.sent;
  parts.statuses.sent(key);
  await learn(answer, address, parts.identity);
  return { kind: 'sent' };
}

/** Meta says under which id the contact will answer, which need not be the number that was written to. */
async function learn(answer: HttpAnswer, address: string, identity: Identity): Promise<void> {
  const json = answer.kind === 'answered' ? answer.json : undefined;
  const name = phoneIn(textAt(listAt(json, 'contacts')[0], 'wa_id'));
  if (name !== undefined && name !== address) await identity.answersAs(address, name);
}

/** Why nothing but a template may be sent now, in a sentence; null when the contact wrote within 24 hours. */
async function closedWindow(address: string, { host }: DeliverParts): Promise<string | null> {
  const last = await lastInbound(host, address);
  if (last !== null && host.now() - last < WHATSAPP.window) return null;
  const since = last === null ? 'has not written yet' : `last wrote at ${new Date(last).toISOString()}`;
  return `The 24-hour window is closed, for the contact ${since}: give the block a \`template\`, which may be sent at any time.`;
}

/** A phone number wherever there is one: only then does Meta go on telling numbers. */
function recipient(reach: string): JsonObject {
  if (isUserId(reach)) return { recipient_type: 'individual', recipient: reach };
  return { recipient_type: 'individual', to: reach.replace(/^\+/, '') };
}
