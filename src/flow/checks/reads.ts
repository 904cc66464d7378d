import type { FlowSettings } from '../../domain/flow.ts';
import { unsetReads } from '../dataflow.ts';
import type { Start } from '../dataflow.ts';
import type { Findings } from '../diagnostic.ts';
import type { Draft } from '../draft.ts';
import type { YamlFile } from '../read.ts';

/** What the ways through a flow begin with. */
export interface Graph {
  /** Id of the flow. */
  readonly flow: string;
  /** Variables that have a default. */
  readonly defaults: readonly string[];
  readonly drafts: readonly Draft[];
  readonly settings: Pick<FlowSettings, 'onError' | 'onExpire'>;
}

/** Blocks where a contact can come in: the first, and those that settings and other blocks of the flow jump to. */
export function entryPoints({ flow, drafts, settings }: Omit<Graph, 'defaults'>): string[] {
  const own = drafts.flatMap((draft) => draft.jumps.filter((jump) => jump.flow === flow).map((jump) => jump.block));
  const first = drafts[0]?.id;
  return [first, settings.onError, settings.onExpire, ...own].filter((id) => id !== undefined);
}

/** Where paths through a flow begin, and what they bring along. */
export function startOf(graph: Graph): Start {
  const { onError, onExpire } = graph.settings;
  return {
    entries: entryPoints(graph),
    declared: graph.defaults,
    anywhere: [onError, onExpire].filter((id) => id !== undefined),
  };
}

/** Reads of variables that not every path, or none, has set. What is declared without a default comes from outside. */
export function checkReads(graph: Graph, declared: ReadonlySet<string>, yaml: YamlFile, findings: Findings): void {
  for (const { read, draft, ever } of unsetReads(graph.drafts, startOf(graph))) {
    if (declared.has(read.variable)) continue;
    const at = yaml.locateIn(read.path, read.offset);
    if (ever)
      findings.add(
        'maybe-unset',
        at,
        `"${read.variable}" is not set on every path to ${draft.id}`,
        'give it a default under variables:, or set it on the other paths too',
      );
    else
      findings.add(
        'never-set',
        at,
        `no path to ${draft.id} sets "${read.variable}"`,
        'declare it under variables: if it is set from outside',
      );
  }
}
