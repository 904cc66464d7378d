import { join, resolve } from 'node:path';

/** What the channel needs to know. Everything has a default: only Chromium has to be there. */
export interface Settings {
  /** Names the folder of the login, for servers that had another number before. */
  readonly session: string;
  /** Absolute path of everything this channel keeps on disk. */
  readonly folder: string;
  /** Where Chromium is, when the person who runs the server says so. */
  readonly chromium?: string;
  readonly browserArgs: readonly string[];
  /** WhatsApp's page as kept in `pages`, instead of the newest one. */
  readonly version?: string;
  /** Messages that may go out in 24 hours, by UTC day; 0: any number. */
  readonly dailyCap: number;
  /** Bytes that the process and its browser may use before they are started afresh. */
  readonly memory: number;
  /** Where others reach this server, without a slash at the end. */
  readonly publicUrl: string;
}

/** What the settings are when nothing is said. */
export const DEFAULTS = { session: 'default', dailyCap: '1000', memory: '1024' } as const;

/** Reads the settings; an empty value counts as not set. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const get = (name: string): string | undefined => {
    const value = env[name]?.trim();
    return value === '' ? undefined : value;
  };
  const [chromium, version] = [get('PUPPETEER_EXECUTABLE_PATH'), get('WHATSAPP_WEB_VERSION')];
  return {
    session: get('WHATSAPP_WEB_SESSION') ?? DEFAULTS.session,
    folder: resolve(join(get('DATA_DIR') ?? './data', 'whatsapp-web')),
    ...(chromium === undefined ? {} : { chromium }),
    browserArgs: (get('WHATSAPP_WEB_BROWSER_ARGS') ?? '').split(/\s+/).filter((arg) => arg !== ''),
    ...(version === undefined ? {} : { version }),
    dailyCap: Number(get('WHATSAPP_WEB_DAILY_CAP') ?? DEFAULTS.dailyCap),
    memory: Number(get('WHATSAPP_WEB_MEMORY') ?? DEFAULTS.memory) * 1024 * 1024,
    publicUrl: (get('PUBLIC_URL') ?? `http://localhost:${get('PORT') ?? '3000'}`).replace(/\/+$/, ''),
  };
}
