import { format } from 'node:util';
import type { Logger, LogLevel } from '@slack/bolt';
import type { ChannelHost } from '../../src/channel/channel.ts';

/** Anything that lets its holder act for the app. */
const TOKENS = /\b(?:xox[a-z]|xapp|xoxe)[-.][\w.-]+/gi;

/** Bolt's log in ours. What it says for debugging holds whole messages, so it is left out; tokens are left out everywhere. */
export function boltLog(host: Pick<ChannelHost, 'log'>, level: LogLevel): Logger {
  const write =
    (to: 'info' | 'warn' | 'error') =>
    (...parts: unknown[]): void =>
      host.log(to, withoutTokens(format(...parts)).slice(0, 2000));
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: write('warn'),
    error: write('error'),
    setLevel: () => undefined,
    getLevel: () => level,
    setName: () => undefined,
  };
}

/** A text without anything that looks like a token of Slack. */
export function withoutTokens(text: string): string {
  return text.replace(TOKENS, '***');
}
