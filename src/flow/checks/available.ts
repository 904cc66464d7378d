import type { Flow } from '../../domain/flow.ts';
import { variablesAt } from '../dataflow.ts';
import type { Draft } from '../draft.ts';
import type { YamlFile } from '../read.ts';
import { startOf } from './reads.ts';

/** The variables of a flow as one block finds them. */
export interface Available {
  readonly block: string;
  readonly line: number;
  /** Set on every path to the block. */
  readonly always: readonly string[];
  /** Set on some of the paths. */
  readonly sometimes: readonly string[];
  /** Set by other blocks, on no path to this one; all of them when no path leads here. */
  readonly never: readonly string[];
}

/** What each block can rely on: Truora's list of variables, and SmartFlows' available variables. */
export function availableVariables(flow: Flow, drafts: readonly Draft[], yaml: YamlFile): Available[] {
  const { id, defaults, settings } = flow;
  const known = variablesAt(drafts, startOf({ flow: id, defaults: Object.keys(defaults), drafts, settings }));
  const all = [...new Set([...Object.keys(defaults), ...drafts.flatMap(({ sets }) => sets)])];
  return drafts.map((draft) => {
    const here = known.get(draft.id);
    return {
      block: draft.id,
      line: yaml.locate([...draft.path, 'id']).line,
      always: all.filter((name) => here?.always.has(name) === true),
      sometimes: all.filter((name) => here?.sometimes.has(name) === true && !here.always.has(name)),
      never: all.filter((name) => here?.sometimes.has(name) !== true),
    };
  });
}
