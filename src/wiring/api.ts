import type { ApiView } from '../api/v1.ts';
import type { Operations } from '../api/v1/operations.ts';
import type { Simulations } from '../api/v1/simulations.ts';
import { compileFlow } from '../flow/compile.ts';
import { toMermaid } from '../flow/graph.ts';
import type { Library, Loaded } from '../flow/library.ts';
import type { Store } from '../store/store.ts';
import { flowArchive } from './archive.ts';

/** What the view of the API is made of. */
interface Parts {
  readonly store: Store;
  readonly library: Library;
  readonly operations: Operations;
  readonly simulations: Simulations;
  loaded(): Loaded;
}

/** What API v1 sees of the server. */
export function apiView(parts: Parts): ApiView {
  const { store, library, operations, simulations } = parts;
  const archive = flowArchive(store, () => Date.now());
  return {
    operations,
    simulations,
    flows: () => library.all(),
    flow: (id) => library.current(id),
    graph: async (id, format) => {
      const flow = library.current(id);
      const kept = flow === undefined ? null : await archive.load(flow.version);
      if (flow === undefined || kept === null) return null;
      const { drafts } = compileFlow(kept.text, kept.file);
      return format === 'svg'
        ? (await import('../flow/svg.ts')).toSvg(flow.name, drafts)
        : toMermaid(flow.name, drafts);
    },
    diagnostics: () => parts.loaded().diagnostics,
  };
}
