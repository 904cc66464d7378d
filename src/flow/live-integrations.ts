import { hasErrors } from './diagnostic.ts';
import type { CheckedIntegration } from './integration-checks.ts';
import { compileIntegration } from './integration.ts';
import type { LiveIntegration } from './integration.ts';
import type { Archive } from './library.ts';

/** The integrations to be live, and what they came from. */
export interface Chosen {
  readonly integrations: ReadonlyMap<string, LiveIntegration>;
  /** Files that did not check: their last good version stays live. */
  readonly kept: readonly string[];
  /** Ids whose live version changed. */
  readonly changed: readonly string[];
}

/** Chooses the integrations to be live: files that check, and the last good version of files that do not. */
export async function chooseIntegrations(
  files: readonly CheckedIntegration[],
  live: ReadonlyMap<string, LiveIntegration>,
  archive: Archive,
): Promise<Chosen> {
  const integrations = new Map<string, LiveIntegration>();
  const kept: string[] = [];
  for (const { file, integration, diagnostics, text } of files) {
    const bad = hasErrors(diagnostics);
    const chosen = bad ? await lastGood(file, live, archive) : integration;
    if (chosen === null || integrations.has(chosen.id)) continue;
    if (bad) kept.push(file);
    else await note(chosen, text, live.get(chosen.id), archive);
    integrations.set(chosen.id, chosen);
  }
  const changed = [...integrations.values()].filter(({ id, version }) => live.get(id)?.version !== version);
  return { integrations, kept, changed: changed.map(({ id }) => id) };
}

/** Notes in the archive that the live versions still are. */
export async function keepIntegrations(live: Iterable<LiveIntegration>, archive: Archive): Promise<void> {
  for (const { version, file } of live) {
    const text = (await archive.load(version))?.text;
    if (text !== undefined) await archive.save(version, file, text);
  }
}

async function note(
  { version, file }: LiveIntegration,
  text: string,
  before: LiveIntegration | undefined,
  archive: Archive,
): Promise<void> {
  if (before?.version === version && before.file === file) return;
  await archive.save(version, file, text);
  await archive.noteLive(file, version);
}

async function lastGood(
  file: string,
  live: ReadonlyMap<string, LiveIntegration>,
  archive: Archive,
): Promise<LiveIntegration | null> {
  const now = [...live.values()].find((each) => each.file === file);
  if (now !== undefined) return now;
  const version = await archive.lastLive(file);
  const found = version === null ? null : await archive.load(version);
  return found === null ? null : compileIntegration(found.text, found.file).integration;
}
