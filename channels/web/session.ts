import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import type { ChannelHost } from '../../src/channel/channel.ts';
import { Recent } from '../../src/channel/recent.ts';
import { webAddress } from '../../src/domain/contact.ts';
import type { Conversation } from '../../src/domain/conversation.ts';
import { ParleyError } from '../../src/domain/error.ts';
import { isHttps } from './http.ts';

const COOKIE_DAYS = 30;

/** 192 bits of chance. The id is the visitor's credential: never log it, and never store it. */
export function newSession(): string {
  return randomBytes(24).toString('base64url');
}

/** A session id that could be one of ours; anything else is not even looked up. */
export function isSession(value: string): boolean {
  return /^[\w-]{32}$/.test(value);
}

/** Addresses made lately, so that one request makes its own once; the session is no more in memory than by the request. */
const MADE = new Recent<string>(1000);

function addressOf(session: string): string {
  const known = MADE.get(session);
  if (known !== undefined) return known;
  const address = webAddress(session);
  MADE.set(session, address);
  return address;
}

/** The host as this channel speaks to it, by sessions. What is stored and shown to flows is an address made of them. */
export function bySession(host: ChannelHost): ChannelHost {
  const { conversations } = host;
  return {
    ...host,
    now: () => host.now(),
    id: () => host.id(),
    log: (level, text, facts) => host.log(level, text, facts),
    accept: (session, entry, known) => host.accept(addressOf(session), entry, known),
    conversations: {
      load: (session) => conversations.load(addressOf(session)),
      transcript: (session, after) => conversations.transcript(addressOf(session), after),
      settled: (session, entry, ms) => conversations.settled(addressOf(session), entry, ms),
      watch: (session, grown) => conversations.watch(addressOf(session), grown),
    },
  };
}

/** The conversation of a session, or the same 404 for every id that is not one. */
export async function sessionOf(host: ChannelHost, id: string): Promise<{ id: string; conversation: Conversation }> {
  const conversation = isSession(id) ? await host.conversations.load(id) : null;
  if (conversation !== null) return { id, conversation };
  throw new ParleyError('not_found', 'there is no chat with this session', 'start one: POST /api/chat/<flow>/start');
}

/** The session the caller says it has for a flow: the `X-Session` header, else the flow's cookie. */
export function claimedSession(request: Request, flow: string): string | undefined {
  const claimed = request.get('x-session') ?? cookies(request.get('cookie') ?? '').get(cookieName(flow));
  return claimed !== undefined && isSession(claimed) ? claimed : undefined;
}

/**
 * Lets a reload or a second tab go on with the session. Scripts cannot read it, other sites cannot send it. Who sends
 * the header, even an empty one, remembers by itself: in a frame of another site there are no cookies.
 */
export function rememberSession(request: Request, response: Response, flow: string, session: string): void {
  if (request.get('x-session') !== undefined) return;
  const parts = [
    `${cookieName(flow)}=${session}`,
    'Path=/api/chat',
    `Max-Age=${COOKIE_DAYS * 24 * 3600}`,
    'HttpOnly',
    'SameSite=Lax',
  ];
  if (isHttps(request)) parts.push('Secure');
  response.append('Set-Cookie', parts.join('; '));
}

function cookieName(flow: string): string {
  return `parley_${encodeURIComponent(flow).replace(/[()]/g, '_')}`;
}

function cookies(header: string): Map<string, string> {
  const pairs = header.split(';').map((part) => part.trim().split('='));
  return new Map(pairs.map(([name = '', value = '']) => [name, value]));
}
