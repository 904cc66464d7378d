import { jumpWord, targetText } from './draft.ts';
import type { Draft } from './draft.ts';

/** One flow as Mermaid text: blocks as boxes, exits as arrows with their names. */
export function toMermaid(name: string, drafts: readonly Draft[]): string {
  const ends = drafts.some((draft) => leadsTo(draft, 'end'));
  const waits = drafts.some((draft) => leadsTo(draft, 'wait'));
  return [
    '---',
    `title: ${JSON.stringify(name)}`,
    '---',
    'flowchart TD',
    ...drafts.map((draft) => `  ${node(draft)}`),
    ...(ends ? ['  END((end))'] : []),
    ...(waits ? ['  WAIT((wait))'] : []),
    ...drafts.flatMap((draft) => edges(draft)).map((edge) => `  ${edge}`),
    '',
  ].join('\n');
}

function leadsTo(draft: Draft, kind: 'end' | 'wait'): boolean {
  return draft.next?.kind === kind || draft.exits.some((exit) => exit.target?.kind === kind);
}

/** Questions are rounded, branches are diamonds, calls are boxes with double sides. */
function node(draft: Draft): string {
  const label = JSON.stringify(`${draft.id} · ${draft.type}${draft.label === '' ? '' : `<br/>${escape(draft.label)}`}`);
  const id = nodeId(draft.id);
  if (draft.type === 'condition' || draft.type === 'random_split') return `${id}{${label}}`;
  if (draft.type === 'question') return `${id}([${label}])`;
  return draft.waits ? `${id}[[${label}]]` : `${id}[${label}]`;
}

function escape(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return short
    .replace(/\s+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Mermaid keeps some words for itself, so every id gets a prefix. */
function nodeId(id: string): string {
  return `b_${id}`;
}

function edges(draft: Draft): string[] {
  const from = nodeId(draft.id);
  const wired = draft.exits.flatMap((exit) => (exit.target === undefined ? [] : [arrow(from, exit.target, exit.name)]));
  const jumps = draft.jumps.map(
    (jump) =>
      `${from} -. ${jumpWord(jump)} .-> ${nodeId(`flow_${jump.flow.replaceAll('-', '_')}`)}[/${JSON.stringify(`flow ${jump.flow}`)}/]`,
  );
  return [...wired, ...jumps, ...(draft.next === null ? [] : [arrow(from, draft.next)])];
}

function arrow(from: string, target: NonNullable<Draft['next']>, name?: string): string {
  const to = target.kind === 'block' ? nodeId(target.id) : targetText(target).toUpperCase();
  return name === undefined ? `${from} --> ${to}` : `${from} -- ${JSON.stringify(escape(name))} --> ${to}`;
}
