import { allowList } from '../../calls/allow.ts';
import type { Config } from '../../config/config.ts';
import { SETTINGS } from '../../config/settings.ts';
import type { Setting } from '../../config/setting-checks.ts';
import { ParleyError } from '../../domain/error.ts';
import { note, problem } from '../../domain/finding.ts';
import type { Finding } from '../../domain/finding.ts';
import { didYouMean } from '../../flow/language/suggest.ts';

type Env = Config['env'];

/** Every setting with a value that the server would not start with; `env` is what is left without them. */
export function wrongSettings(env: Env): { readonly findings: readonly Finding[]; readonly env: Env } {
  const findings: Finding[] = [];
  const good: Record<string, string | undefined> = { ...env };
  for (const [name, setting] of Object.entries<Setting>(SETTINGS)) {
    const value = env[name] ?? '';
    const wrong = value === '' ? null : setting.check(value);
    if (wrong === null) continue;
    const shown = setting.secret === true ? '' : `: "${value}"`;
    findings.push(problem(`${name} ${wrong}${shown}`, setting.help));
    delete good[name];
  }
  return { findings, env: good };
}

/** Settings that work, and probably not as somebody wants them. */
export function suspiciousSettings(config: Config): Finding[] {
  return [...misspelt(config.env), ...RULES.flatMap((rule) => rule(config) ?? [])];
}

/** Names that are no setting and look much like one; other programs have settings, too. */
function misspelt(env: Env): Finding[] {
  const known = Object.keys(SETTINGS);
  return Object.keys(env).flatMap((name) => {
    const meant = known.includes(name) ? null : didYouMean(name, known);
    if (meant === null || env[meant] !== undefined || !isClose(name, meant)) return [];
    return [note(`${name} is no setting`, `Did you mean ${meant}?`)];
  });
}

function isClose(name: string, meant: string): boolean {
  return name.slice(0, 5) === meant.slice(0, 5) && Math.abs(name.length - meant.length) <= 2;
}

const RULES: readonly ((config: Config) => Finding | null)[] = [
  ({ mongodbUri, secretKey }) =>
    mongodbUri === undefined || secretKey !== undefined
      ? null
      : problem(
          'SECRET_KEY is not set, so each process on this MongoDB makes its own and cannot open what others have encrypted',
          'Set it to the same 32 bytes in base64 everywhere: openssl rand -base64 32.',
        ),
  ({ mongodbUri, adminToken }) =>
    mongodbUri === undefined || adminToken !== undefined
      ? null
      : problem(
          'ADMIN_TOKEN is not set, so each process on this MongoDB has its own',
          'Set it to the same text of 32 or more characters everywhere: openssl rand -hex 32.',
        ),
  ({ adminToken }) =>
    adminToken === undefined || (adminToken.length >= 24 && new Set(adminToken).size >= 10)
      ? null
      : problem('ADMIN_TOKEN can be guessed', 'Set it to something random: openssl rand -hex 32.'),
  publicUrlIsMissing,
  publicUrlIsOpen,
  (config) =>
    isOpen(config) && !(config.publicUrl ?? '').startsWith('https://')
      ? note(
          `HOST is ${config.host}, so the network reaches the server, and PUBLIC_URL names no https address`,
          'Let a proxy with https stand before it, and set PUBLIC_URL to its address.',
        )
      : null,
  (config) =>
    isOpen(config) && config.demo
      ? note('the network reaches the demo API under /demo', 'Set DEMO_API=off where no sample flow is used.')
      : null,
  ({ port }) => (port === 0 ? note('PORT is 0, so every start takes another port', 'Set PORT.') : null),
  ({ env }) =>
    env['EMBED_ALLOW']?.trim() === '*'
      ? note('EMBED_ALLOW is *, so every site may show the chat in a frame', 'Name the sites that may.')
      : null,
  ({ logLevel }) =>
    logLevel === 'debug' ? note('LOG_LEVEL is debug, so what people write is in the log', 'Set LOG_LEVEL=info.') : null,
  ({ storeSync }) =>
    storeSync === 'NORMAL'
      ? note('STORE_SYNC is NORMAL: the last messages before a power cut may be lost', 'Set STORE_SYNC=FULL.')
      : null,
  ({ outboundAllow }) => unreadable(outboundAllow),
  ({ outboundAllow }) => wide(outboundAllow),
];

/** Channels whose links or webhooks have to lead to this server from elsewhere. */
function callers({ channels, env }: Config): string[] {
  const slackByHttp = (env['SLACK_APP_TOKEN'] ?? '') === '';
  return channels.filter((name) => name === 'whatsapp-cloud' || (name === 'slack' && slackByHttp));
}

function publicUrlIsMissing(config: Config): Finding | null {
  const needing = callers(config);
  const linking = config.channels.filter((name) => name === 'slack' || name === 'whatsapp-web');
  const fix = 'Set it to the https address under which others reach this server.';
  if (config.publicUrl !== undefined) return null;
  if (needing.length > 0)
    return problem(`PUBLIC_URL is not set, and ${needing.join(' and ')} is called from outside`, fix);
  return linking.length === 0
    ? null
    : note(`PUBLIC_URL is not set, so links to files of ${linking.join(' and ')} lead to localhost`, fix);
}

/** An address that nobody outside can call, with a channel that is called from outside. */
function publicUrlIsOpen(config: Config): Finding | null {
  const { publicUrl } = config;
  const needing = callers(config);
  if (publicUrl === undefined || needing.length === 0) return null;
  const local = isLocal(new URL(publicUrl).hostname);
  if (publicUrl.startsWith('https://') && !local) return null;
  const why = local ? 'is on this machine' : 'is not https';
  return problem(
    `PUBLIC_URL ${why}, and ${needing.join(' and ')} is called from outside by https`,
    'Set it to an https address that the internet reaches; a tunnel does for trying.',
  );
}

function unreadable(entries: readonly string[]): Finding | null {
  try {
    allowList(entries);
    return null;
  } catch (error) {
    if (error instanceof ParleyError) return problem(error.message, error.hint);
    throw error;
  }
}

/** A range of more than 65,536 addresses opens a network, not an API. */
function wide(entries: readonly string[]): Finding | null {
  const found = entries.find((entry) => /^[\d.]+\/(?:\d|1[0-5])$/.test(entry.trim()));
  return found === undefined
    ? null
    : note(`OUTBOUND_ALLOW opens all of ${found} to flows`, 'Name the hosts or small ranges of the APIs instead.');
}

function isOpen({ host }: Config): boolean {
  return !isLocal(host);
}

function isLocal(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
