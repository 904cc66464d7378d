import type { Channel } from './channel.ts';

/** What a channel still lacks, in words such as `A` or `(A or B)`; empty when it can be opened. */
export function missingNeeds(
  { needs }: Pick<Channel, 'needs'>,
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  return needs
    .map((need) => (typeof need === 'string' ? [need] : need))
    .filter((names) => names.every((name) => (env[name] ?? '') === ''))
    .map((names) => (names.length === 1 ? names.join('') : `(${names.join(' or ')})`));
}
