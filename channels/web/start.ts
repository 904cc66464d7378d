import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import type { ChannelHost, LinkedFlow } from '../../src/channel/channel.ts';
import type { Conversation, Line } from '../../src/domain/conversation.ts';
import { ParleyError } from '../../src/domain/error.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { own } from '../../src/domain/json.ts';
import { HASTE_MS, answerTo, endingOf } from './answer.ts';
import type { Answer } from './answer.ts';
import { readObject } from './body.ts';
import { assertStored, param, sendJson } from './http.ts';
import { shownOf } from './render.ts';
import { claimedSession, newSession, rememberSession } from './session.ts';

type Started = Answer & { readonly session: string };

/** `POST /api/chat/:flow/start`: a new session, or the one the caller already has. */
export async function start(host: ChannelHost, request: Request, response: Response): Promise<void> {
  const flow = linkedFlow(host, param(request, 'flow'));
  const body = await readObject(request);
  const [fresh, wait] = [readFlag(body, 'fresh'), readFlag(body, 'wait') ?? true];
  const claimed = fresh === true ? undefined : claimedSession(request, flow.id);
  const started = (await goOn(host, flow.id, claimed, fresh === false)) ?? (await begin(host, flow.id, request, wait));
  rememberSession(request, response, flow.id, started.session);
  sendJson(response, started.pending === true ? 202 : 200, started);
}

/** The flow a link starts, or a 404 that says what would help. */
export function linkedFlow(host: ChannelHost, id: string): LinkedFlow {
  const flow = host.flows.linked(id);
  if (flow !== null) return flow;
  throw new ParleyError('not_found', 'there is no flow with this link');
}

/**
 * `fresh`: true starts anew, false goes on even with a chat that has ended, as a reload does; without it only with a
 * live one. `wait`: false when what takes longer may come as events, as for a page that shows it while it happens.
 */
function readFlag(body: JsonObject, name: 'fresh' | 'wait'): boolean | undefined {
  const flag = own(body, name);
  if (flag === undefined || typeof flag === 'boolean') return flag;
  throw new ParleyError('bad_request', `\`${name}\` must be true or false.`);
}

async function begin(host: ChannelHost, flow: string, request: Request, wait: boolean): Promise<Started> {
  const session = newSession();
  const entry = { kind: 'start', id: `start:${randomUUID()}`, at: host.now(), flow } as const;
  const language = languageOf(request);
  const receipt = await host.accept(session, entry, language);
  assertStored(receipt);
  const haste = wait ? {} : { patience: HASTE_MS };
  return { session, ...(await answerTo(host, session, entry.id, { receipt, before: null, ...language, ...haste })) };
}

async function goOn(
  host: ChannelHost,
  flow: string,
  session: string | undefined,
  evenEnded: boolean,
): Promise<Started | null> {
  const conversation = session === undefined ? null : await host.conversations.load(session);
  if (session === undefined || conversation === null) return null;
  const lines = await host.conversations.transcript(session, 0);
  const ending = endingOf(lines, conversation);
  if (origin(conversation, lines) !== flow || (ending.ended && !evenEnded)) return null;
  return { session, messages: shownOf(lines, conversation.contact.language), ...ending };
}

/** The flow the conversation was started with; it may have jumped to another one since. */
function origin(conversation: Conversation, lines: readonly Line[]): string | undefined {
  const line = lines.find((each) => each.kind === 'started');
  const entry = conversation.inbox.find((each) => each.kind === 'start');
  return line?.flow ?? entry?.flow ?? conversation.session?.flow;
}

function languageOf(request: Request): { language?: string } {
  const tag = request.acceptsLanguages()[0];
  return tag !== undefined && tag.length <= 35 && /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(tag) ? { language: tag } : {};
}
