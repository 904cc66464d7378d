import { createHmac } from 'node:crypto';
import type { App } from '@slack/bolt';
import type { Request, Response } from 'express';
import type { ChannelHost, HttpFile } from '../../src/channel/channel.ts';
import { passFile } from '../../src/channel/pass-file.ts';
import { isSame } from '../../src/channel/same.ts';
import { ParleyError } from '../../src/domain/error.ts';
import { isFileId } from './attachment.ts';
import type { FileLink } from './attachment.ts';
import { codeOf } from './errors.ts';
import type { Settings } from './settings.ts';

/** Where files that came in can be fetched. */
export const FILES_PATH = '/channels/slack/files';

/** Largest file that is passed on (bytes). */
const MAX_FILE = 100 * 1024 * 1024;

/** Milliseconds for one file. */
const TIMEOUT = 120_000;

/** Makes addresses of files. Nobody can make one who does not know the bot token. */
export function fileLinks({ publicUrl, botToken }: Settings): FileLink {
  return (id) => `${publicUrl}${FILES_PATH}/${id}?signature=${sign(botToken, id)}`;
}

/** Passes files of Slack on to whoever has their signed address: Slack itself gives them only to those who have the token. */
export function mountFiles(app: App, host: ChannelHost, settings: Settings): void {
  host.router.get(`${FILES_PATH}/:id`, async (request, response) => {
    const id = checkedId(request, settings);
    const { url, type } = await fileOf(app, id, settings);
    const headers = { Authorization: `Bearer ${settings.botToken}` };
    const wanted = { method: 'GET', url, headers, timeout: TIMEOUT } as const;
    await host.download?.(wanted, (file) => pass(file, type, response));
    // Broken off in the middle: whoever fetches it must notice.
    if (response.headersSent && !response.writableEnded) response.destroy();
    if (!response.headersSent) throw new ParleyError('not_found', 'Slack does not give this file');
  });
}

function checkedId(request: Request, { botToken }: Settings): string {
  const id = String(request.params['id']);
  const given = new URL(request.originalUrl, 'http://parley').searchParams.get('signature') ?? '';
  if (isFileId(id) && isSame(given, sign(botToken, id))) return id;
  throw new ParleyError('not_found', 'there is no such file', 'Use the address exactly as it came.');
}

/** Where Slack has a file, which must be a host of Slack's own: the request carries the token. */
async function fileOf(app: App, id: string, settings: Settings): Promise<{ url: string; type: string }> {
  const found = await app.client.files.info({ file: id }).catch((error: unknown) => {
    throw new ParleyError(
      'not_found',
      `Slack does not give this file (${codeOf(error) ?? 'no answer'})`,
      'Is it still in Slack?',
    );
  });
  const { url_private: url = '', mimetype = '', size = 0 } = found.file ?? {};
  if (!isSlacks(url, settings)) throw new ParleyError('not_found', 'Slack names an address that is not its own');
  if (size > MAX_FILE) throw new ParleyError('too_large', 'the file is over 100 MB');
  return { url, type: mimetype.split(';')[0] ?? '' };
}

function isSlacks(url: string, { apiUrl }: Settings): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, origin } = new URL(url);
  return origin === new URL(apiUrl).origin || (protocol === 'https:' && /(?:^|\.)slack\.com$/.test(hostname));
}

async function pass(file: HttpFile, type: string, response: Response): Promise<void> {
  // Without the right to read files Slack answers with a page to sign in.
  if ((file.headers['content-type'] ?? '').startsWith('text/html') && type !== 'text/html') return;
  await passFile(file.body, type, MAX_FILE, response);
}

function sign(secret: string, id: string): string {
  return createHmac('sha256', secret).update(`slack file ${id}`).digest('base64url');
}
