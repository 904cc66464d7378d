import type { Router } from 'express';
import { ParleyError } from '../../domain/error.ts';
import type { Flow } from '../../domain/flow.ts';
import type { Json } from '../../domain/json.ts';
import type { Allow, At } from './input.ts';

/** What the flow routes ask. */
export interface FlowsView {
  flows(): readonly Flow[];
  flow(id: string): Flow | undefined;
  /** The graph of a live flow as Mermaid text or as a picture. */
  graph(id: string, format: 'mermaid' | 'svg'): Promise<string | null>;
  diagnostics(): readonly { readonly file: string }[];
}

/** Live flows: facts, picture, and what is wrong with their files. */
export function addFlowRoutes(router: Router, allow: Allow, view: FlowsView): void {
  const read = allow('flows:read');
  router.get('/flows', read, (_request, response) => void response.json({ items: view.flows().map(flowFacts) }));
  router.get('/flows/:id', read, (request: At<'id'>, response) => {
    response.json(flowFacts(liveFlow(view, request)));
  });
  router.get('/flows/:id/graph', read, async (request: At<'id'>, response) => {
    const format = request.query['format'] === 'svg' ? 'svg' : 'mermaid';
    const graph = await view.graph(liveFlow(view, request).id, format);
    response.type(format === 'svg' ? 'image/svg+xml' : 'text/plain').send(graph ?? '');
  });
  router.get('/flows/:id/diagnostics', read, (request: At<'id'>, response) => {
    const { file } = liveFlow(view, request);
    response.json({ items: view.diagnostics().filter((found) => found.file === file) });
  });
}

function liveFlow(view: FlowsView, request: At<'id'>): Flow {
  const flow = view.flow(request.params.id);
  if (flow === undefined) throw new ParleyError('not_found', `there is no flow "${request.params.id}"`);
  return flow;
}

function flowFacts(flow: Flow): Json {
  const { id, name, version, file, channels } = flow;
  const blocks = [...flow.blocks.values()].map((block) => ({ id: block.id, type: block.type, line: block.line }));
  return { id, name, version, file, channels: channels === null ? null : [...channels], blocks };
}
