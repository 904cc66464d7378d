import type { Request, Response } from 'express';
import type { ChannelHost } from '../../src/channel/channel.ts';
import { readBytes } from '../../src/channel/body.ts';
import { guarded } from '../../src/channel/guarded.ts';
import { isSame } from '../../src/channel/same.ts';
import { ParleyError } from '../../src/domain/error.ts';
import { parseJson } from '../../src/domain/parse-json.ts';
import type { Graph } from './graph.ts';
import { MEDIA_PATH, serveMedia } from './media.ts';
import { receive } from './receive.ts';
import type { ReceiveParts } from './receive.ts';
import type { Settings } from './settings.ts';
import { isSigned } from './signature.ts';

const NAME = 'whatsapp-cloud';

/** Where Meta sends what people write. */
export const PATH = '/channels/whatsapp-cloud/webhook';

/** Bytes of Meta's largest webhook. */
const MAX_BODY = 3 * 1024 * 1024;

/** A batch of Meta's may be as large as its body. */
const LIMITS = { depth: 64, nodes: 1_000_000 };

/** Puts the routes of this channel on the server. */
export function mount(host: ChannelHost, settings: Settings, graph: Graph, parts: ReceiveParts): void {
  host.router.get(
    PATH,
    guarded(host, NAME, async (request, response) => verify(settings.verifyToken, request, response)),
  );
  host.router.post(
    PATH,
    guarded(host, NAME, (request, response) => take(settings.secrets, parts, request, response)),
  );
  host.router.get(
    `${MEDIA_PATH}/:id`,
    guarded(host, NAME, (request, response) => serveMedia(graph, settings.secrets, request, response)),
  );
}

/** The handshake by which Meta learns that the address is ours: whoever knows the token gets the challenge back. */
function verify(verifyToken: string, request: Request, response: Response): void {
  const query = new URL(request.originalUrl, 'http://parley').searchParams;
  const known = query.get('hub.mode') === 'subscribe' && isSame(query.get('hub.verify_token') ?? '', verifyToken);
  if (!known) throw new ParleyError('unauthorized', 'the verify token is wrong', VERIFY_HINT);
  response
    .set('X-Content-Type-Options', 'nosniff')
    .type('text')
    .send(query.get('hub.challenge') ?? '');
}

const VERIFY_HINT = 'Enter the value of WHATSAPP_CLOUD_VERIFY_TOKEN in the app dashboard.';

/** Signature before anything is read, storing before the acknowledgement; 503 makes Meta send it all again. */
async function take(
  secrets: readonly string[],
  parts: ReceiveParts,
  request: Request,
  response: Response,
): Promise<void> {
  const bytes = await readBytes(request, MAX_BODY);
  if (!isSigned(bytes, request.get('x-hub-signature-256'), secrets)) {
    parts.host.log('warn', 'a webhook without a valid signature was refused: check WHATSAPP_CLOUD_APP_SECRET');
    throw new ParleyError('unauthorized', 'the signature is wrong', SIGNATURE_HINT);
  }
  const payload = parseJson(bytes.toString('utf8'), LIMITS);
  if (payload === undefined) throw new ParleyError('bad_request', 'the body is not JSON');
  if (!(await receive(payload, parts))) throw new ParleyError('busy', 'not everything could be stored');
  response.type('text').send('ok');
}

const SIGNATURE_HINT = 'Requests have to be signed with the app secret of the Meta app.';
