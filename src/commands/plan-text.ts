import { printable } from '../domain/printable.ts';
import { formatDiagnostic } from '../flow/diagnostic.ts';
import type { Difference } from '../flow/differences.ts';
import type { BlockPlan, FlowPlan, Plan, Standing } from '../flow/plan.ts';

const MARKS = { added: '+', removed: '-', changed: '~' } as const;

/** A plan as people read it. Flows that nothing happens to are only counted. */
export function planLines(plan: Plan): string[] {
  const told = plan.flows.filter((flow) => flow.kind !== 'same' || flow.older > 0 || moving(flow).length > 0);
  return [
    ...plan.problems.map(formatDiagnostic),
    ...told.flatMap((flow) => [...flowLines(flow).map(printable), '']),
    summary(plan),
  ];
}

function flowLines(flow: FlowPlan): string[] {
  const file = flow.file === '' ? '' : ` (${flow.file})`;
  return [
    `${flow.flow}${file}: ${KINDS[flow.kind]}`,
    ...flow.blocks.flatMap(blockLines),
    ...flow.settings.map((found) => `  ${difference(found)}`),
    ...(flow.kind === 'changed' && flow.blocks.length + flow.settings.length === 0
      ? ['  only notes, comments or the order of blocks']
      : []),
    ...moving(flow).map(({ from, to, standing }) => `  moved ${from} → ${to}: ${takenAlong(standing)}`),
    ...leftLines(flow),
  ];
}

const KINDS: Readonly<Record<FlowPlan['kind'], string>> = {
  added: 'new',
  changed: 'changed',
  removed: 'removed',
  same: 'the same',
  broken: 'has errors, so what is live stays',
  gone: 'not live any more',
};

function moving({ moved }: FlowPlan): FlowPlan['moved'] {
  return moved.filter(({ standing }) => standing.count > 0);
}

function blockLines(block: BlockPlan): string[] {
  return [
    `  ${MARKS[block.kind]} ${block.id} (${block.type})`,
    ...block.differences.map((found) => `      ${difference(found)}`),
    ...block.exits.map((found) => `      exit ${difference(found)}`),
    ...standingLines(block).map((line) => `      ${line}`),
  ];
}

function standingLines({ id, kind, standing, attention, renamed }: BlockPlan): string[] {
  if (standing.count === 0) return [];
  if (kind !== 'removed') return [`${stand(standing)} here and ${goOn(standing)}: ${names(standing)}`];
  if (attention === 0) return [];
  const to = renamed ?? '<block or end>';
  return [
    `! ${stand(standing)} here, and nothing says where to go: ${names(standing)}`,
    `  hint: write "moved: { ${id}: ${to} }" in the flow to take them along; otherwise they go on with the older version`,
  ];
}

function leftLines({ kind, older, running, callers, attention }: FlowPlan): string[] {
  const goes = older === 1 ? 'goes' : 'go';
  const left = `${counted(older)} ${goes} on with an older version to ${older === 1 ? 'its' : 'their'} end`;
  const decide = attention > 0 && kind === 'removed';
  const calls = callers.map(({ flow, conversations }) => {
    const are = `${counted(conversations)} ${conversations === 1 ? 'is' : 'are'}`;
    return `  ! ${are} in "${flow}", which calls this flow and would fail there`;
  });
  return [...(older === 0 ? [] : [decide ? `  ! ${left}: ${names(running)}` : `  ${left}`]), ...calls];
}

function difference({ path, before, after }: Difference): string {
  if (before === undefined) return `${path}: ${after ?? ''} (new)`;
  return after === undefined ? `${path}: ${before} (gone)` : `${path}: ${before} → ${after}`;
}

function takenAlong(standing: Standing): string {
  return `${counted(standing.count)} ${standing.count === 1 ? 'goes' : 'go'} there when the contact writes: ${names(standing)}`;
}

function stand({ count }: Standing): string {
  return `${counted(count)} ${count === 1 ? 'stands' : 'stand'}`;
}

function goOn({ count }: Standing): string {
  return count === 1 ? 'goes on as it began' : 'go on as they began';
}

function counted(count: number): string {
  return `${count} conversation${count === 1 ? '' : 's'}`;
}

function names({ count, conversations }: Standing): string {
  return `${conversations.join(', ')}${count > conversations.length ? ', …' : ''}`;
}

function summary({ flows, attention, problems }: Plan): string {
  const count = (kind: FlowPlan['kind']): number => flows.filter((flow) => flow.kind === kind).length;
  const counts = `${count('added')} new, ${count('changed')} changed, ${count('removed')} removed, ${count('same')} the same`;
  const errors = problems.length === 0 ? '' : `; ${problems.length} error${problems.length === 1 ? '' : 's'}`;
  const ask = attention === 1 ? '1 conversation needs' : `${attention} conversations need`;
  return `${counts}${errors}; ${attention === 0 ? 'no conversation needs' : ask} a decision`;
}
