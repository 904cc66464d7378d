import type { FlowSettings } from '../domain/flow.ts';
import type { Target } from '../domain/turn.ts';
import { checkDeadEnds, checkRedirects } from './checks/ends.ts';
import { checkReads, entryPoints } from './checks/reads.ts';
import type { Graph } from './checks/reads.ts';
import { checkShadowed } from './checks/rules.ts';
import { checkLabels, checkTemplateLanguage } from './checks/talk.ts';
import type { Findings } from './diagnostic.ts';
import { successorIds } from './draft.ts';
import type { Draft } from './draft.ts';
import { findLoops } from './loops.ts';
import { suggestion } from './language/suggest.ts';
import type { YamlFile } from './read.ts';
import type { FlowFile } from './schema.ts';
import { defaultsOf } from './variables.ts';

/** A compiled flow to be looked at as a whole. */
export interface Analysis {
  readonly file: FlowFile;
  readonly yaml: YamlFile;
  readonly findings: Findings;
  readonly drafts: readonly Draft[];
  readonly settings: FlowSettings;
}

/** All checks over the graph of one flow. */
export function analyse(on: Analysis): void {
  checkTargets(on);
  const complete = on.drafts.length === on.file.blocks.length;
  if (!complete) return;
  checkReachable(on);
  checkConsent(on);
  checkExits(on);
  checkLoops(on);
  checkReads(graphOf(on), new Set(Object.keys(on.file.variables ?? {})), on.yaml, on.findings);
  checkDeadEnds(on.yaml, on.drafts, on.findings);
  checkRedirects(on.yaml, on.file, on.drafts, on.findings);
  for (const draft of on.drafts) {
    checkShadowed(on.yaml, draft, on.findings);
    checkLabels(on.yaml, draft, on.findings);
    checkTemplateLanguage(on.yaml, draft, on.file, on.findings);
  }
}

function graphOf({ file, drafts, settings }: Analysis): Graph {
  return { flow: file.flow, defaults: Object.keys(defaultsOf(file)), drafts, settings };
}

function checkTargets(on: Analysis): void {
  const ids = new Set(on.file.blocks.map((block) => block.id));
  const check = (target: Target | undefined, path: readonly (string | number)[]): void => {
    if (target?.kind !== 'block' || ids.has(target.id)) return;
    const hint = suggestion(target.id, [...ids, 'end', 'wait']);
    on.findings.add(
      'unknown-target',
      on.yaml.locate(path),
      `there is no block "${target.id}" in this flow`,
      hint ?? 'name a block id, end or wait',
    );
  };
  for (const draft of on.drafts) {
    for (const exit of draft.exits) check(exit.target, exit.path);
    const written = on.file.blocks[draft.index]?.['next'];
    if (typeof written === 'string' && draft.next !== null) check(draft.next, [...draft.path, 'next']);
  }
}

function checkReachable(on: Analysis): void {
  const byId = new Map(on.drafts.map((draft) => [draft.id, draft]));
  const reached = new Set<string>();
  // Conversations of older versions come in where `moved` takes them.
  const open = [...entryPoints(graphOf(on)), ...Object.values(on.file.moved ?? {})];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const draft = byId.get(id);
    if (draft === undefined || reached.has(id)) continue;
    reached.add(id);
    open.push(...successorIds(draft));
  }
  for (const draft of on.drafts) {
    if (reached.has(draft.id)) continue;
    on.findings.add(
      'unreachable-block',
      on.yaml.locate([...draft.path, 'id']),
      `no path leads to the block "${draft.id}"`,
      'name it as the next of another block, or remove it',
    );
  }
}

/** Consent comes before anything else is asked of a visitor (Truora). A flow that names no channels is on the web too. */
function checkConsent(on: Analysis): void {
  const late = on.drafts.find((draft) => draft.type === 'data_authorization' && draft.index > 0);
  if (late === undefined || on.file.channels?.includes('web') === false) return;
  on.findings.add(
    'late-consent',
    on.yaml.locate([...late.path, 'type']),
    `${late.id} asks for consent after other blocks`,
    'make it the first block of the flow',
  );
}

/** Exits that matter and lead nowhere, unless the flow's `on_error` takes what is left over. */
function checkExits(on: Analysis): void {
  for (const { id, path, exits } of on.drafts) {
    for (const { name, target, missing } of exits) {
      if (target !== undefined || missing === undefined) continue;
      if (missing.unlessOnError === true && on.settings.onError !== undefined) continue;
      on.findings.add('missing-exit', on.yaml.locate(path), `${id}: ${missing.text}`, `add ${name}:`);
    }
  }
}

function checkLoops(on: Analysis): void {
  for (const loop of findLoops(on.drafts)) {
    const draft = on.drafts.find((d) => d.id === loop.ids[0]);
    if (draft === undefined) continue;
    const code = loop.canLeave ? 'busy-loop' : 'loop-without-wait';
    const round = [...loop.ids, loop.ids[0]].join(' → ');
    const text = loop.canLeave
      ? `${round} goes round without waiting`
      : `${round} goes round for ever without waiting for anybody`;
    on.findings.add(
      code,
      on.yaml.locate([...draft.path, 'id']),
      text,
      'put a question or a wait into the loop, or an exit out of it',
    );
  }
}
