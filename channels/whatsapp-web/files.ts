import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import type { ReadStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ChannelHost, HttpFile } from '../../src/channel/channel.ts';
import { messageOf } from '../../src/domain/error.ts';
import type { Media } from '../../src/domain/message.ts';

/** Largest file that goes in or out (bytes): it is in memory several times on its way through the browser. */
export const MAX_FILE = 32 * 1024 * 1024;

/** Milliseconds for one file. */
const TIMEOUT = 15_000;

/** What a file is when nobody says. */
const DEFAULT_MIME = {
  image: 'image/jpeg',
  audio: 'audio/mpeg',
  video: 'video/mp4',
  document: 'application/octet-stream',
};

/** A file that is on disk now, or why its address has to do. */
export type Fetched =
  | { readonly kind: 'file'; readonly path: string; readonly mime: string; readonly filename: string }
  | { readonly kind: 'link' };

/** Files on their way between the network and the browser, each for a few seconds. */
export class Files {
  private readonly folder: string;
  private readonly host: Pick<ChannelHost, 'download' | 'log'>;

  constructor(folder: string, host: Pick<ChannelHost, 'download' | 'log'>) {
    this.folder = join(folder, 'files');
    this.host = host;
  }

  /** Empties the folder: what is left there is from a server that was killed. */
  async open(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
  }

  /** A path for a new file. */
  path(): string {
    return join(this.folder, randomUUID());
  }

  /** Fetches what a flow wants to send. */
  async bring(media: Media): Promise<Fetched> {
    const { download } = this.host;
    if (download === undefined) return { kind: 'link' };
    const path = this.path();
    let type = '';
    const take = async (file: HttpFile): Promise<void> => {
      type = (file.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
      await pipeline(Readable.from(limited(file.body)), createWriteStream(path, { mode: 0o600 }));
    };
    try {
      const answer = await download({ method: 'GET', url: media.url, headers: {}, timeout: TIMEOUT }, take);
      const got = answer.kind === 'answered' && answer.status >= 200 && answer.status < 300;
      if (!got) throw new Error(answer.kind === 'answered' ? `HTTP ${answer.status}` : answer.reason);
    } catch (error) {
      this.host.log('warn', `a file could not be fetched, so its address is sent: ${messageOf(error)}`);
      await this.drop(path);
      return { kind: 'link' };
    }
    const mime = media.mime ?? (type === '' ? DEFAULT_MIME[media.type] : type);
    return { kind: 'file', path, mime, filename: media.filename ?? nameIn(media.url, media.type) };
  }

  /** Reads a file that the browser has written. */
  read(path: string): ReadStream {
    return createReadStream(path);
  }

  async drop(path: string): Promise<void> {
    await rm(path, { force: true });
  }
}

async function* limited(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > MAX_FILE) throw new Error(`it is over ${MAX_FILE / 1024 / 1024} MB`);
    yield part;
  }
}

/** The last part of an address, if it looks like the name of a file. */
function nameIn(url: string, type: Media['type']): string {
  const last = URL.canParse(url) ? (new URL(url).pathname.split('/').at(-1) ?? '') : '';
  return extname(last) === '' ? type : last.slice(-100);
}
