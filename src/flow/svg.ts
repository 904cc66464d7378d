import { Graph, layout } from '@dagrejs/dagre';
import { escapeMarkup } from '../domain/escape.ts';
import { jumpWord, targetText } from './draft.ts';
import type { Draft } from './draft.ts';

const CHAR = 7.2;
const LINE = 17;
const PAD = 12;
const MAX_CHARS = 34;

/** What is used of the layout library, which brings no types that resolve here. */
interface LayoutGraph {
  setGraph(options: Readonly<Record<string, string | number>>): void;
  setNode(id: string, size: { width: number; height: number }): void;
  setEdge(from: string, to: string, label: Readonly<Record<string, string | number>>, name: string): void;
  graph(): { width?: number; height?: number };
  node(id: string): Placed;
  edges(): readonly unknown[];
  edge(edge: unknown): Drawn;
}

interface Box {
  readonly lines: readonly string[];
  readonly kind: 'ask' | 'branch' | 'call' | 'plain' | 'end' | 'flow';
}

/** One flow as a picture: an SVG of its own, light and dark, readable without a network. */
export function toSvg(name: string, drafts: readonly Draft[]): string {
  const graph: LayoutGraph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'TB', nodesep: 36, ranksep: 48, marginx: 20, marginy: 52 });
  const boxes = boxesOf(drafts);
  for (const [id, box] of boxes) graph.setNode(id, sizeOf(box));
  for (const [i, { from, to, label }] of edgesOf(drafts).entries()) {
    graph.setEdge(from, to, { label, width: label.length * CHAR * 0.85, height: LINE, labelpos: 'c' }, String(i));
  }
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  const size = { width: Math.max(Math.ceil(width), name.length * 10 + 40), height: Math.ceil(height) };
  const nodes = [...boxes].map(([id, box]) => drawBox(box, graph.node(id)));
  const edges = graph.edges().map((edge) => drawEdge(graph.edge(edge)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}" role="img" aria-label="${escapeMarkup(`Flow ${name}`)}">`,
    STYLE,
    `<rect class="page" width="100%" height="100%"/>`,
    `<text class="title" x="20" y="32">${escapeMarkup(name)}</text>`,
    ...edges,
    ...nodes,
    '</svg>',
    '',
  ].join('\n');
}

const STYLE = `<style>
  .page { fill: #fff } text { font: 13px system-ui, sans-serif; fill: #16202a } .title { font-size: 18px; font-weight: 600 }
  .box { fill: #f3f6f9; stroke: #7c8b99 } .ask { fill: #e6f4f1; stroke: #0b6b5d } .branch { fill: #fff4dc; stroke: #a86f00 }
  .call { fill: #e9eefc; stroke: #3355b0 } .end { fill: #eceff2; stroke: #7c8b99 } .flow { fill: #f3e9fb; stroke: #7a3aa8 }
  .head { font-weight: 600 } .edge { fill: none; stroke: #7c8b99; stroke-width: 1.4 } .label { font-size: 11px; fill: #4a5864 }
  .under { fill: #fff; opacity: .85 }
  @media (prefers-color-scheme: dark) { .page, .under { fill: #10161c } text { fill: #e8edf2 } .label { fill: #a9b6c2 }
    .box, .end { fill: #1d2731 } .ask { fill: #12352f } .branch { fill: #3a2d10 } .call { fill: #1a2547 } .flow { fill: #2d1b3c } }
</style>
<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L10 5L0 10z" fill="#7c8b99"/></marker></defs>`;

function boxesOf(drafts: readonly Draft[]): Map<string, Box> {
  const boxes = new Map<string, Box>(drafts.map((draft) => [draft.id, { lines: linesOf(draft), kind: kindOf(draft) }]));
  for (const { to } of edgesOf(drafts)) {
    if (to === '/end' || to === '/wait') boxes.set(to, { lines: [to.slice(1)], kind: 'end' });
    else if (to.startsWith('/flow ')) boxes.set(to, { lines: [to.slice(1)], kind: 'flow' });
  }
  return boxes;
}

function kindOf({ type, waits }: Draft): Box['kind'] {
  if (type === 'condition' || type === 'random_split') return 'branch';
  if (['question', 'wait_for_message', 'data_authorization'].includes(type)) return 'ask';
  return waits ? 'call' : 'plain';
}

function linesOf({ id, type, label }: Draft): string[] {
  const text = label.replace(/\s+/g, ' ').trim();
  const wrapped = text.match(new RegExp(`.{1,${MAX_CHARS}}(?:\\s|$)|.{1,${MAX_CHARS}}`, 'gu')) ?? [];
  const shown = wrapped.slice(0, 3).map((line) => line.trim());
  return [`${id} · ${type}`, ...shown.slice(0, 2), ...(wrapped.length > 3 ? [`${shown[2] ?? ''}…`] : shown.slice(2))];
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

function edgesOf(drafts: readonly Draft[]): Edge[] {
  const place = (target: NonNullable<Draft['next']>): string =>
    target.kind === 'block' ? target.id : `/${targetText(target)}`;
  return drafts.flatMap(({ id, exits, jumps, next }) => [
    ...exits.flatMap(({ target, name }) =>
      target === undefined ? [] : [{ from: id, to: place(target), label: name }],
    ),
    ...jumps.map((jump) => ({ from: id, to: `/flow ${jump.flow}`, label: jumpWord(jump) })),
    ...(next === null ? [] : [{ from: id, to: place(next), label: '' }]),
  ]);
}

function sizeOf({ lines }: Box): { width: number; height: number } {
  return {
    width: Math.max(...lines.map((line) => line.length)) * CHAR + 2 * PAD,
    height: lines.length * LINE + 2 * PAD - 4,
  };
}

interface Placed {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function drawBox({ lines, kind }: Box, { x, y, width, height }: Placed): string {
  const [left, top] = [x - width / 2, y - height / 2];
  const round = kind === 'ask' ? 14 : kind === 'end' ? height / 2 : 5;
  const texts = lines.map((line, i) => {
    const at = `x="${left + PAD}" y="${top + PAD + 9 + i * LINE}"`;
    return `<text${i === 0 ? ' class="head"' : ''} ${at}>${escapeMarkup(line)}</text>`;
  });
  return `<rect class="box ${kind}" x="${left}" y="${top}" width="${width}" height="${height}" rx="${round}"/>${texts.join('')}`;
}

interface Drawn {
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly x?: number;
  readonly y?: number;
  readonly label?: string;
}

function drawEdge({ points, x, y, label }: Drawn): string {
  const path = points.map((point, i) => `${i === 0 ? 'M' : 'L'}${point.x.toFixed(1)} ${point.y.toFixed(1)}`).join('');
  const line = `<path class="edge" d="${path}" marker-end="url(#tip)"/>`;
  if (label === undefined || label === '' || x === undefined || y === undefined) return line;
  const width = label.length * 6.4 + 8;
  const under = `<rect class="under" x="${x - width / 2}" y="${y - 8}" width="${width}" height="16" rx="3"/>`;
  return `${line}${under}<text class="label" text-anchor="middle" x="${x}" y="${y + 4}">${escapeMarkup(label)}</text>`;
}
