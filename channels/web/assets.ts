import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import type { Request, Response } from 'express';
import { ParleyError } from '../../src/domain/error.ts';
import { param } from './http.ts';

/** The page's files. Run from sources there is no script beside them, so the built one is looked up as well. */
const FOLDERS = ['../../dist/channels/web/page/', './page/'].map((path) => new URL(path, import.meta.url));

const TYPES = new Map([
  ['html', 'text/html; charset=utf-8'],
  ['css', 'text/css; charset=utf-8'],
  ['js', 'text/javascript; charset=utf-8'],
]);

/** The files of the chat page, read once. `version` changes with any of them. */
export interface Assets {
  readonly version: string;
  readonly template: string;
  readonly files: ReadonlyMap<string, Buffer>;
}

/** Reads the page's files; those beside this module win over those of an older build. */
export async function loadAssets(): Promise<Assets> {
  const found = new Map<string, Buffer>();
  for (const folder of FOLDERS) {
    for (const name of await namesIn(folder)) found.set(name, await readFile(new URL(name, folder)));
  }
  const files = new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
  const hash = createHash('sha256');
  for (const [name, bytes] of files) hash.update(`${name}\0${bytes.length}\0`).update(bytes);
  const template = files.get('chat.html')?.toString() ?? '';
  return { version: hash.digest('hex').slice(0, 16), template, files };
}

/** `GET /w/assets/:version/:file`. The version is in the path, so that a page never mixes files of two builds for long. */
export async function serveAsset(assets: Assets, request: Request, response: Response): Promise<void> {
  const name = param(request, 'file');
  const bytes = name.endsWith('.html') ? undefined : assets.files.get(name);
  if (bytes === undefined) throw new ParleyError('not_found', 'there is no such file');
  const current = param(request, 'version') === assets.version;
  response.set({
    'Content-Type': TYPES.get(extension(name)) ?? 'application/octet-stream',
    'Cache-Control': current ? 'public, max-age=31536000, immutable' : 'no-cache',
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
  });
  // `send` adds the ETag and answers 304 by itself.
  response.send(bytes);
}

async function namesIn(folder: URL): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => TYPES.has(extension(name)));
  } catch {
    return [];
  }
}

function extension(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
