import { readSources } from './files.ts';
import { checkIntegrations } from './integration-checks.ts';
import type { LiveIntegration } from './integration.ts';
import { hasErrors } from './diagnostic.ts';
import { isIntegrationFile } from './sources.ts';

/** The integrations of a flows folder that check, in the order of their ids. */
export async function readDefinitions(dir: string): Promise<LiveIntegration[]> {
  const { sources } = await readSources([dir]);
  return checkIntegrations(sources.filter(isIntegrationFile))
    .flatMap(({ integration, diagnostics }) => (integration === null || hasErrors(diagnostics) ? [] : [integration]))
    .sort((a, b) => a.id.localeCompare(b.id));
}
