import { resolve } from 'node:path';

/** What the web chat is told by the environment. */
export interface WebSettings {
  /** Where others reach this server, without a slash at the end. */
  readonly publicUrl?: string;
  /** Hosts that `?redirect_url=` may lead to, in small letters; `*.` stands for any name below. */
  readonly redirectAllow: readonly string[];
  /** Origins of the sites that may show the chat in a frame, in the words of a content security policy. */
  readonly embedAllow: readonly string[];
  /** Bytes of the largest file that is taken; 0: none is. */
  readonly uploadMax: number;
  /** Where files of visitors are kept. */
  readonly uploads: string;
  /** Requests a minute for one session; 0: no limit. */
  readonly rate: number;
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['KB', 1024],
  ['MB', 1024 * 1024],
]);

/** Reads the settings; an empty value counts as not set. `src/config/settings.ts` has checked them. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): WebSettings {
  const get = (name: string): string | undefined => env[name]?.trim() || undefined;
  const publicUrl = get('PUBLIC_URL')?.replace(/\/+$/, '');
  return {
    ...(publicUrl === undefined ? {} : { publicUrl }),
    redirectAllow: listed(get('REDIRECT_ALLOW')),
    embedAllow: listed(get('EMBED_ALLOW')),
    uploadMax: bytes(get('UPLOAD_MAX') ?? '10MB'),
    uploads: resolve(get('DATA_DIR') ?? './data', 'uploads'),
    rate: Number(get('CHAT_RATE') ?? 600),
  };
}

function listed(text: string | undefined): string[] {
  const items = (text ?? '').split(',').map((item) => item.trim().toLowerCase());
  return items.filter((item) => item !== '');
}

function bytes(text: string): number {
  return Number.parseInt(text, 10) * (UNITS.get(text.slice(-2)) ?? 1);
}
