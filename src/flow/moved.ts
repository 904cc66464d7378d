import type { Target } from '../domain/turn.ts';
import type { Findings } from './diagnostic.ts';
import { parseTarget } from './draft.ts';
import { suggestion } from './language/suggest.ts';
import type { YamlFile } from './read.ts';
import type { FlowFile } from './schema.ts';

/** Where conversations of older versions go on (`moved:`). What it names is checked here. */
export function compileMoved(file: FlowFile, yaml: YamlFile, findings: Findings): ReadonlyMap<string, Target> {
  const ids = new Set(file.blocks.map((block) => block.id));
  const moved = Object.entries(file.moved ?? {});
  for (const [old, to] of moved) {
    if (ids.has(old))
      findings.add(
        'moved-block-stays',
        yaml.locateKey(['moved', old]),
        `the flow still has the block "${old}", so nothing moves from it`,
        'give the block its new id, or remove this line',
      );
    const problem = targetProblem(to, ids, file.moved ?? {});
    if (problem !== null) findings.add('unknown-target', yaml.locate(['moved', old]), problem.text, problem.hint);
  }
  return new Map(moved.map(([old, to]) => [old, parseTarget(to)]));
}

/** What is wrong with a target; one that has moved on itself is named with the place to write instead. */
function targetProblem(
  to: string,
  ids: ReadonlySet<string>,
  moved: Readonly<Record<string, string>>,
): { text: string; hint: string } | null {
  if (to === 'end' || ids.has(to)) return null;
  if (to === 'wait') return { text: 'a conversation cannot move to an open end', hint: 'name a block id or end' };
  const next = Object.hasOwn(moved, to) ? moved[to] : undefined;
  const hint =
    next === undefined ? suggestion(to, [...ids, 'end']) : `"${to}" has moved, too: write where it is now, ${next}`;
  return { text: `there is no block "${to}" in this flow`, hint: hint ?? 'name a block id or end' };
}
