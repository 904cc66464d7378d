import type { IncomingMessage } from 'node:http';
import type { App, Receiver } from '@slack/bolt';
import type { Request, Response } from 'express';
import type { ChannelHost } from '../../src/channel/channel.ts';
import { ParleyError } from '../../src/domain/error.ts';
import { isObject } from '../../src/domain/json.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { parseJson } from '../../src/domain/parse-json.ts';
import { isSigned } from './signature.ts';

/** Where Slack sends events, commands and what is pressed. */
export const EVENTS_PATH = '/channels/slack/events';

/** Slack's own payloads stay far below (bytes). */
const MAX_BODY = 1024 * 1024;

/** Takes what Slack sends by HTTP: the signature over the raw bytes first, then bolt, then the answer. */
export class HttpReceiver implements Receiver {
  private app: App | undefined;
  private readonly host: ChannelHost;
  private readonly secret: string;

  constructor(host: ChannelHost, secret: string) {
    this.host = host;
    this.secret = secret;
    host.router.post(EVENTS_PATH, (request, response) => this.take(request, response));
  }

  init(app: App): void {
    this.app = app;
  }

  async start(): Promise<void> {
    // The server listens already.
  }

  /** From now on Slack is asked to come back. */
  async stop(): Promise<void> {
    this.app = undefined;
  }

  private async take(request: Request, response: Response): Promise<void> {
    const bytes = await readBytes(request);
    const signed = { timestamp: request.get('x-slack-request-timestamp'), signature: request.get('x-slack-signature') };
    if (!isSigned(bytes, signed, this.secret, this.host.now()))
      throw new ParleyError(
        'unauthorized',
        'this is not signed by Slack, or too long ago',
        'Check SLACK_SIGNING_SECRET and the clock.',
      );
    const body = parseBody(bytes.toString(), request.get('content-type') ?? '');
    if (body === null) throw new ParleyError('bad_request', 'the body is neither JSON nor a form with an object in it');
    if (body['type'] === 'url_verification') response.json({ challenge: body['challenge'] });
    else await this.pass(body, request, response);
  }

  /** Whatever was not taken gets 503, so that Slack sends it again. */
  private async pass(body: JsonObject, request: Request, response: Response): Promise<void> {
    const retry = Number.parseInt(request.get('x-slack-retry-num') ?? '', 10);
    const reason = request.get('x-slack-retry-reason');
    const event = {
      body,
      ...(Number.isNaN(retry) ? {} : { retryNum: retry }),
      ...(reason === undefined ? {} : { retryReason: reason }),
      ack: async (answer?: unknown): Promise<void> => send(response, answer),
    };
    try {
      if (this.app === undefined) throw new ParleyError('busy', 'the server is about to stop');
      await this.app.processEvent(event);
    } catch (e) { console.log("CAUGHT", e, response.headersSent);
      // The app has logged why.
      if (!response.headersSent) { const x = new ParleyError("busy", "this was not taken; send it again"); console.log("THROW", x, x.status); throw x; }
    }
  }
}

function send(response: Response, answer: unknown): void {
  if (response.headersSent) return;
  if (isObject(answer)) response.json(answer);
  else response.type('text/plain').send(typeof answer === 'string' ? answer : '');
}

/** JSON as it is; of forms the JSON in their `payload`, or their fields. Null for anything else. */
function parseBody(text: string, type: string): JsonObject | null {
  const form = type.split(';')[0]?.trim().toLowerCase() === 'application/x-www-form-urlencoded';
  const fields = new URLSearchParams(form ? text : '');
  const payload = fields.get('payload');
  const body = form && payload === null ? Object.fromEntries(fields) : parseJson(payload ?? text);
  return isObject(body) ? body : null;
}

/** The bytes of a request as they came, which is what was signed. */
function readBytes(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY) chunks.push(chunk);
      else {
        // The rest is read and dropped, or the sender would not see the answer.
        chunks.length = 0;
        reject(new ParleyError('too_large', 'the body is over 1 MB'));
      }
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', () => reject(new ParleyError('bad_request', 'the body broke off')));
  });
}
