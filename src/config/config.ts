import { SETTINGS } from './settings.ts';
import type { Setting } from './setting-checks.ts';
import type { SettingName } from './settings.ts';

/** Everything the server can be told by its environment. The table of settings is `settings.ts`. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly publicUrl: string | undefined;
  readonly dataDir: string;
  readonly flowsDir: string;
  readonly mongodbUri: string | undefined;
  readonly channels: readonly string[];
  readonly outboundAllow: readonly string[];
  readonly logLevel: string;
  readonly logFormat: 'json' | 'pretty';
  readonly adminToken: string | undefined;
  readonly secretKey: string | undefined;
  readonly storeSync: 'FULL' | 'NORMAL';
  readonly demo: boolean;
  /** Milliseconds that rows of the call log are kept. */
  readonly retentionCalls: number;
  /** Milliseconds that lines of transcripts are kept. */
  readonly retentionTranscripts: number;
  /** The action that sends one-time codes by SMS; null when none is named. */
  readonly smsAction: { readonly integration: string; readonly action: string; readonly credential?: string } | null;
  /** The WhatsApp template that carries a one-time code; null when none is named. */
  readonly codeTemplate: { readonly name: string; readonly language: string; readonly button: boolean } | null;
  /** The whole environment, for channels that look up their own settings. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A configuration, or the one sentence that says which setting is wrong. */
export type ConfigResult = { readonly config: Config } | { readonly problem: string; readonly hint: string };

type Env = Readonly<Record<string, string | undefined>>;

/** Reads and checks the environment. An empty value counts as not set. */
export function readConfig(env: Env): ConfigResult {
  for (const [name, setting] of Object.entries<Setting>(SETTINGS)) {
    const value = env[name];
    const problem = value === undefined || value === '' ? null : setting.check(value);
    if (problem !== null) {
      const shown = setting.secret === true ? '' : `: "${value}"`;
      return { problem: `${name} ${problem}${shown}`, hint: setting.help };
    }
  }
  return { config: fromEnv(env) };
}

function fromEnv(env: Env): Config {
  const table: Readonly<Record<string, Setting>> = SETTINGS;
  const get = (name: SettingName): string | undefined =>
    (env[name] === '' ? undefined : env[name]) ?? table[name]?.default;
  const list = (name: SettingName): string[] =>
    (get(name) ?? '')
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  return {
    port: Number(get('PORT')),
    host: get('HOST') ?? '127.0.0.1',
    publicUrl: get('PUBLIC_URL')?.replace(/\/+$/, ''),
    dataDir: get('DATA_DIR') ?? './data',
    flowsDir: get('FLOWS_DIR') ?? './flows',
    mongodbUri: get('MONGODB_URI'),
    channels: list('CHANNELS'),
    outboundAllow: list('OUTBOUND_ALLOW'),
    logLevel: get('LOG_LEVEL') ?? 'info',
    logFormat: get('LOG_FORMAT') === 'json' ? 'json' : 'pretty',
    adminToken: get('ADMIN_TOKEN'),
    secretKey: get('SECRET_KEY'),
    storeSync: get('STORE_SYNC') === 'NORMAL' ? 'NORMAL' : 'FULL',
    retentionCalls: milliseconds(get('RETENTION_CALLS') ?? '30d'),
    retentionTranscripts: milliseconds(get('RETENTION_TRANSCRIPTS') ?? '90d'),
    smsAction: actionOf(get('SMS_ACTION')),
    codeTemplate: templateOf(get('WHATSAPP_CODE_TEMPLATE')),
    demo: (get('DEMO_API') ?? (env['NODE_ENV'] === 'production' ? 'off' : 'on')) === 'on',
    env,
  };
}

function actionOf(text: string | undefined): Config['smsAction'] {
  const [, integration, action, credential] = /^([^.]+)\.([^@]+)(?:@(.+))?$/.exec(text ?? '') ?? [];
  if (integration === undefined || action === undefined) return null;
  return { integration, action, ...(credential === undefined ? {} : { credential }) };
}

function templateOf(text: string | undefined): Config['codeTemplate'] {
  const [name, language, more] = (text ?? '').split(':');
  return name === undefined || language === undefined ? null : { name, language, button: more !== 'no_button' };
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Milliseconds of a checked length such as `90d`. */
function milliseconds(text: string): number {
  return Number.parseInt(text, 10) * (UNITS[text.at(-1) ?? ''] ?? 0);
}
