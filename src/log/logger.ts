import winston from 'winston';
import { printable } from '../domain/printable.ts';

/** Facts that go with a log line: plain values, never message texts or secrets. */
export type Facts = Readonly<Record<string, unknown>>;

/** The log: one line per happening. */
export interface Log {
  /** False when lines of a level are not shown: who has much to put together for one need not. */
  shows(level: 'debug' | 'info'): boolean;
  debug(text: string, facts?: Facts): void;
  info(text: string, facts?: Facts): void;
  warn(text: string, facts?: Facts): void;
  error(text: string, facts?: Facts): void;
}

/** Makes the log of a process. It writes to standard error, so that commands keep their output clean. */
export function createLog(options: { level: string; format: 'json' | 'pretty' }): Log {
  const { combine, timestamp, json, printf } = winston.format;
  const logger = winston.createLogger({
    level: options.level,
    format: combine(timestamp(), options.format === 'json' ? json() : printf(pretty)),
    transports: [new winston.transports.Stream({ stream: process.stderr })],
  });
  // A line that is not shown costs nothing; winston would carry it half the way.
  const write = (level: string): Log['info'] =>
    logger.isLevelEnabled(level) ? (text, facts = {}) => void logger.log(level, text, facts) : () => undefined;
  const shows: Log['shows'] = (level) => logger.isLevelEnabled(level);
  return { shows, debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

/** A log that says nothing. */
export const silentLog: Log = {
  shows: () => false,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

function pretty({ level, message, timestamp, ...facts }: winston.Logform.TransformableInfo): string {
  const time = String(timestamp).slice(11, 23);
  const rest = Object.entries(facts).map(([key, value]) => `${key}=${short(value)}`);
  return printable([time, level.padEnd(5), String(message), ...rest].join(' '));
}

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return /\s/.test(text) ? JSON.stringify(text) : text;
}
