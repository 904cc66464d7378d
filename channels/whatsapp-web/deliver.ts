import type { ChannelHost, Sent } from '../../src/channel/channel.ts';
import { asText } from '../../src/channel/fallback.ts';
import { fit } from '../../src/channel/fit.ts';
import { WHATSAPP_WEB } from '../../src/channel/limits.ts';
import type { Contact } from '../../src/domain/contact.ts';
import type { Delivery } from '../../src/domain/effect.ts';
import { messageOf } from '../../src/domain/error.ts';
import type { Recent } from '../../src/channel/recent.ts';
import { pause } from './clock.ts';
import type { Clock } from './clock.ts';
import { failureOf } from './errors.ts';
import type { Files, Fetched } from './files.ts';
import type { Identity } from './identity.ts';
import type { Outgoing } from './outgoing.ts';
import type { Pace } from './pace.ts';
import type { Post } from './protocol.ts';
import type { Remote } from './remote.ts';
import { render } from './render.ts';
import type { Piece } from './render.ts';

/** What sending needs. */
export interface DeliverParts {
  readonly host: Pick<ChannelHost, 'log'>;
  readonly remote: Pick<Remote, 'send' | 'own' | 'typing'>;
  readonly identity: Pick<Identity, 'reach' | 'reachedBy'>;
  readonly outgoing: Outgoing;
  readonly pace: Pace;
  readonly files: Pick<Files, 'bring' | 'drop'>;
  /** Ids of messages that went out. */
  readonly sent: Recent<true>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Longest wait for a place in the row (ms); for more the outbox comes back. */
const PATIENCE = 5000;

/** A delivery of several messages goes on in another try after so long (ms): the outbox gives one try 60 s. */
const BUDGET = 15_000;

/** Sends one delivery as one or more messages; those that went out in an earlier try are not sent again. */
export async function deliver(delivery: Delivery, contact: Contact, parts: DeliverParts): Promise<Sent> {
  const { address, language } = contact;
  const pieces = fit(delivery.message, WHATSAPP_WEB, language).flatMap(render);
  if (pieces.length === 0) return { kind: 'refused', reason: 'The message is empty, so there is nothing to send.' };
  const key = `${delivery.cause}/${delivery.key}`;
  const before = await parts.outgoing.progress(address, key);
  const started = parts.clock.now();
  for (const [done, piece] of pieces.entries()) {
    if (done < before.done) continue;
    if (parts.clock.now() - started > BUDGET) return { kind: 'retry', reason: 'The rest of a long message follows.' };
    const tried = before.done === done ? before.tried : null;
    const sent = await sendPiece(piece, { address, key, done, tried }, parts);
    if (sent.kind !== 'sent') return sent;
    parts.outgoing.passed(address, key, done + 1);
  }
  return { kind: 'sent' };
}

/** Which message of which delivery, and when it was tried before. */
interface Place {
  readonly address: string;
  readonly key: string;
  readonly done: number;
  readonly tried: number | null;
}

async function sendPiece(piece: Piece, place: Place, parts: DeliverParts): Promise<Sent> {
  const spent = await parts.pace.spent();
  if (spent > 0)
    return { kind: 'retry', after: spent, reason: 'The messages of this day are used up (WHATSAPP_WEB_DAILY_CAP).' };
  const brought = piece.kind === 'media' ? await parts.files.bring(piece.media) : null;
  try {
    const post = postOf(piece, brought);
    if (place.tried !== null && (await isOut(post, place.address, place.tried, parts))) return { kind: 'sent' };
    const sent = await sendPost(post, place, parts);
    if (piece.kind !== 'media' || sent !== 'as_link') return sent === 'as_link' ? REFUSED : sent;
    const link = await sendPost({ kind: 'text', text: asText({ media: piece.media }) }, place, parts);
    return link === 'as_link' ? REFUSED : link;
  } finally {
    if (brought?.kind === 'file') await parts.files.drop(brought.path);
  }
}

const REFUSED: Sent = { kind: 'refused', reason: 'WhatsApp does not take the file, nor its address.' };

async function sendPost(post: Post, { address, key, done }: Place, parts: DeliverParts): Promise<Sent | 'as_link'> {
  const { remote, identity, pace, clock, signal } = parts;
  const { chat, known } = await identity.reach(address);
  const { wait, taken } = pace.take(chat, post.kind === 'text' ? post.text.length : 0, PATIENCE);
  if (!taken) return { kind: 'retry', after: wait, reason: 'Other messages go out first: this number sends slowly.' };
  if (known) showTyping(chat, parts);
  await pause(clock, wait, signal);
  if (signal.aborted) return { kind: 'retry', reason: 'The server is stopping.' };
  await parts.outgoing.begin(address, key, done, clock.now());
  try {
    const sent = await remote.send(chat, post, known);
    parts.sent.set(sent.id, true);
    await note(address, sent.chat, parts);
    return { kind: 'sent' };
  } catch (error) {
    const failure = failureOf(error);
    if (failure.hold !== undefined) pace.hold(failure.hold);
    return failure.asLink === true && post.kind === 'file' ? 'as_link' : failure.sent;
  }
}

/** The message is out, whatever becomes of the notes about it. */
async function note(address: string, chat: string, { identity, pace, host }: DeliverParts): Promise<void> {
  try {
    await pace.counted();
    await identity.reachedBy(address, chat);
  } catch (error) {
    host.log('warn', 'a message is out, but this could not be noted', { address, reason: messageOf(error) });
  }
}

/** True when an earlier try has gone out after all: WhatsApp shows a message of ours that says the same. */
async function isOut(post: Post, address: string, tried: number, parts: DeliverParts): Promise<boolean> {
  const { chat, known } = await parts.identity.reach(address);
  if (!known) return false;
  const ids = await parts.remote.own(chat, post, Math.floor(tried / 1000));
  const found = ids.find((id) => parts.sent.get(id) !== true);
  if (found === undefined) return false;
  parts.sent.set(found, true);
  parts.host.log('info', 'a message had gone out before the interruption; it is not sent again', { id: found });
  return true;
}

function postOf(piece: Piece, brought: Fetched | null): Post {
  if (piece.kind === 'text') return piece;
  if (piece.kind === 'place') return { kind: 'place', ...piece.place };
  const { media } = piece;
  if (brought?.kind !== 'file') return { kind: 'text', text: asText({ media }) };
  const caption = media.caption === undefined ? {} : { caption: media.caption };
  return { ...brought, ...caption, document: media.type === 'document' };
}

/** A courtesy, so a fault is only logged. */
function showTyping(chat: string, { remote, host }: DeliverParts): void {
  remote.typing(chat, true).catch((error: unknown) => {
    host.log('info', 'typing could not be shown', { reason: messageOf(error) });
  });
}
