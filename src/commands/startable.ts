import type { Flow } from '../domain/flow.ts';

/** The flow a person most likely wants to try: with a link and for any message, else one of both, else the first. */
export function startable(flows: readonly Flow[]): Flow | undefined {
  const has = (flow: Flow, kind: 'link' | 'catch_all'): boolean =>
    flow.triggers.some((trigger) => trigger.kind === kind);
  const linked = flows.filter((flow) => has(flow, 'link'));
  const anything = flows.filter((flow) => has(flow, 'catch_all'));
  return linked.find((flow) => anything.includes(flow)) ?? linked[0] ?? anything[0] ?? flows[0];
}
