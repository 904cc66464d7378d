import type { Channel, HttpAnswer, HttpRequest } from '../../src/channel/channel.ts';
import { readConfig } from '../../src/config/config.ts';
import type { Config } from '../../src/config/config.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { placesClient } from '../../src/wiring/outgoing.ts';

/** Findings as lines that a table can hold. */
export function lines(findings: readonly Finding[]): string[] {
  return findings.map(({ state, text }) => `${state} ${text}`);
}

/** The check of a channel with the real client, guarded as it is for channels. */
export async function checked(
  channel: Channel,
  env: Record<string, string>,
  allow: readonly string[] = [],
): Promise<string[]> {
  const client = placesClient({ outboundAllow: allow, env });
  const http = (request: HttpRequest): Promise<HttpAnswer> => client.send(request, 'k');
  try {
    return lines((await channel.check?.(env, http)) ?? []);
  } finally {
    await client.close();
  }
}

/** The configuration of an environment that is right. */
export function configOf(env: Record<string, string>): Config {
  const read = readConfig(env);
  if (!('config' in read)) throw new Error(read.problem);
  return read.config;
}
