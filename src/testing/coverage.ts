import type { LiveFlows } from '../conversation/routing.ts';
import type { Flow, FlowBlock } from '../domain/flow.ts';
import type { Outcome, Target } from '../domain/turn.ts';
import type { Compiled } from '../flow/compile.ts';
import { targetText } from '../flow/draft.ts';
import type { Draft } from '../flow/draft.ts';
import type { YamlFile } from '../flow/read.ts';

/** A way out of a block that leads somewhere. */
interface Way {
  readonly name: string;
  readonly target: Target;
  readonly line: number;
  taken: boolean;
}

interface Step {
  readonly id: string;
  readonly line: number;
  readonly ways: readonly Way[];
  entered: boolean;
}

interface Covered {
  readonly flow: Flow;
  readonly steps: ReadonlyMap<string, Step>;
  /** True when a test names the flow or comes to it. */
  used: boolean;
}

/**
 * What tests reach: blocks that were entered, and exits that were taken. It watches what blocks answer. An exit
 * is told from another one with the same target by the very object that the compiler made for it; a block that
 * answers with a target of its own making has all its exits with that target counted.
 */
export class Coverage {
  private readonly covered = new Map<string, Covered>();
  private readonly watched = new Map<string, Flow>();

  constructor(files: readonly Compiled[]) {
    for (const { flow, drafts, yaml } of files) {
      if (flow === null || yaml === null || this.covered.has(flow.id)) continue;
      const steps = new Map(drafts.map((draft) => [draft.id, stepOf(draft, yaml)]));
      const covered = { flow, steps, used: false };
      this.covered.set(flow.id, covered);
      this.watched.set(flow.id, watch(covered));
    }
  }

  /** The same flows, each block of which tells what it does. */
  flows(): LiveFlows {
    const all = [...this.watched.values()];
    return { current: (id) => this.watched.get(id), all: () => all };
  }

  /** Lines for people: what was never reached, with the total at the end. `every` counts flows without a test, too. */
  report(every: boolean): string[] {
    const counted = [...this.covered.values()].filter(({ used }) => every || used);
    const steps = counted.flatMap((covered) => [...covered.steps.values()]);
    const ways = steps.flatMap((step) => step.ways);
    const blocks = ratio(steps.map(({ entered }) => entered));
    const exits = ratio(ways.map(({ taken }) => taken));
    return [
      ...counted.flatMap(missing),
      `coverage: ${blocks.percent} % of blocks (${blocks.of}), ${exits.percent} % of exits (${exits.of})`,
    ];
  }
}

function stepOf(draft: Draft, yaml: YamlFile): Step {
  const wired = draft.exits.flatMap(({ name, target, path }) => (target === undefined ? [] : [{ name, target, path }]));
  const own = draft.next === null ? [] : [{ name: 'next', target: draft.next, path: [...draft.path, 'next'] }];
  const ways = [...wired, ...own].map(({ name, target, path }) => ({
    name,
    target,
    line: yaml.locate(path).line,
    taken: false,
  }));
  return { id: draft.id, line: yaml.locate([...draft.path, 'id']).line, ways, entered: false };
}

function watch(covered: Covered): Flow {
  const { flow, steps } = covered;
  const blocks = [...flow.blocks].map(([id, block]) => {
    const step = steps.get(id);
    return [id, step === undefined ? block : watchedBlock(block, step, () => (covered.used = true))] as const;
  });
  return { ...flow, blocks: new Map(blocks) };
}

function watchedBlock(block: FlowBlock, step: Step, used: () => void): FlowBlock {
  const noting = (outcome: Outcome): Outcome => {
    if (outcome.kind === 'go') take(step, outcome.to);
    return outcome;
  };
  const resume = block.resume?.bind(block);
  const returned = block.returned?.bind(block);
  return {
    ...block,
    enter(turn) {
      used();
      step.entered = true;
      return noting(block.enter(turn));
    },
    ...(resume === undefined ? {} : { resume: (turn, entry) => noting(resume(turn, entry)) }),
    ...(returned === undefined ? {} : { returned: (turn, result) => noting(returned(turn, result)) }),
  };
}

function take(step: Step, to: Target): void {
  const exact = step.ways.filter((way) => way.target === to);
  const alike = step.ways.filter((way) => targetText(way.target) === targetText(to));
  for (const way of exact.length > 0 ? exact : alike) way.taken = true;
}

/** One flow's blocks and exits that were never reached; the exits of a block that was not entered go without saying. */
function missing({ flow, steps }: Covered): string[] {
  const all = [...steps.values()];
  const blocks = ratio(all.map(({ entered }) => entered));
  const exits = ratio(all.flatMap(({ ways }) => ways.map(({ taken }) => taken)));
  const lines = all.flatMap((step) => {
    if (!step.entered) return [`  ${flow.file}:${step.line}: block ${step.id} is never entered`];
    return step.ways
      .filter(({ taken }) => !taken)
      .map(
        ({ name, target, line }) =>
          `  ${flow.file}:${line}: exit "${name}" of ${step.id} is never taken, to ${targetText(target)}`,
      );
  });
  return lines.length === 0 ? [] : [`${flow.id}: ${blocks.of} blocks, ${exits.of} exits`, ...lines];
}

/** Never rounded up: 100 means all. */
function ratio(reached: readonly boolean[]): { percent: number; of: string } {
  const count = reached.filter(Boolean).length;
  const percent = reached.length === 0 ? 100 : Math.floor((count * 100) / reached.length);
  return { percent, of: `${count}/${reached.length}` };
}
