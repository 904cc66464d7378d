import type { Request, Response } from 'express';
import type { ChannelHost } from '../../src/channel/channel.ts';
import { readBytes } from '../../src/channel/body.ts';
import { ParleyError } from '../../src/domain/error.ts';
import { isObject } from '../../src/domain/json.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { parseJson } from '../../src/domain/parse-json.ts';
import type { Intake } from './intake.ts';
import { isSigned } from './signature.ts';

/** Where Slack sends events, commands and what is pressed. */
export const EVENTS_PATH = '/channels/slack/events';

/** Slack's own payloads stay far below (bytes). */
const MAX_BODY = 1024 * 1024;

/** Takes what Slack sends by HTTP: the signature over the raw bytes first, then the intake, then the answer. */
export function mountEvents(host: ChannelHost, intake: Intake, secret: string): void {
  host.router.post(EVENTS_PATH, async (request, response) => {
    const body = parseBody(await signedBytes(host, secret, request), request.get('content-type') ?? '');
    if (body === null) throw new ParleyError('bad_request', 'the body is neither JSON nor a form with an object in it');
    if (body['type'] === 'url_verification') response.json({ challenge: body['challenge'] });
    else await pass(intake, body, request, response);
  });
}

async function signedBytes(host: ChannelHost, secret: string, request: Request): Promise<Buffer> {
  const bytes = await readBytes(request, MAX_BODY);
  const signed = { timestamp: request.get('x-slack-request-timestamp'), signature: request.get('x-slack-signature') };
  if (isSigned(bytes, signed, secret, host.now())) return bytes;
  host.log('warn', 'a request without a valid signature was refused');
  const hint = 'If it was Slack, check SLACK_SIGNING_SECRET and the clock of the server.';
  throw new ParleyError('unauthorized', 'this was not signed by Slack, or not within the last 5 minutes', hint);
}

/** Whatever was not taken gets 503, so that Slack sends it again. */
async function pass(intake: Intake, body: JsonObject, request: Request, response: Response): Promise<void> {
  const retry = Number.parseInt(request.get('x-slack-retry-num') ?? '', 10);
  const reason = request.get('x-slack-retry-reason');
  const event = {
    body,
    ...(Number.isNaN(retry) ? {} : { retryNum: retry }),
    ...(reason === undefined ? {} : { retryReason: reason }),
    ack: async (answer?: unknown): Promise<void> => send(response, answer),
  };
  try {
    await intake.take(event);
  } catch {
    // The intake has logged why.
    if (!response.headersSent) throw new ParleyError('busy', 'this was not taken; send it again');
  }
}

function send(response: Response, answer: unknown): void {
  if (response.headersSent) return;
  if (isObject(answer)) response.json(answer);
  else response.type('text/plain').send(typeof answer === 'string' ? answer : '');
}

/** JSON as it is; of forms the JSON in their `payload`, or their fields. Null for anything else. */
function parseBody(bytes: Buffer, type: string): JsonObject | null {
  const text = bytes.toString();
  const form = type.split(';')[0]?.trim().toLowerCase() === 'application/x-www-form-urlencoded';
  const fields = new URLSearchParams(form ? text : '');
  const payload = fields.get('payload');
  const body = form && payload === null ? Object.fromEntries(fields) : parseJson(payload ?? text);
  return isObject(body) ? body : null;
}
