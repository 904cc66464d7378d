import type { Flow } from '../domain/flow.ts';

/** The flow a person most likely wants to try: one with a link, else one that takes any message, else the first. */
export function startable(flows: readonly Flow[]): Flow | undefined {
  const having = (kind: 'link' | 'catch_all'): Flow | undefined =>
    flows.find((flow) => flow.triggers.some((trigger) => trigger.kind === kind));
  return having('link') ?? having('catch_all') ?? flows[0];
}
