import type { World } from '../domain/world.ts';
import type { TurnContext } from '../engine/machine.ts';
import type { Library } from '../flow/library.ts';

/** What turns are given besides conversation and entry. The address is known once the server listens. */
export function turnContext(parts: {
  readonly world: World;
  readonly library: Library;
  readonly publicUrl: string | undefined;
  readonly tracing: boolean;
  url(): string;
}): TurnContext {
  const { world, library, publicUrl, tracing } = parts;
  return {
    world,
    timezone: 'UTC',
    tracing,
    integration: (id) => library.integration(id),
    get serverUrl() {
      return parts.url();
    },
    get publicUrl() {
      return publicUrl ?? parts.url();
    },
  };
}
