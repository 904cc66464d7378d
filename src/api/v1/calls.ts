import type { Router } from 'express';
import { pageSize, queryText } from './input.ts';
import type { Allow, At } from './input.ts';
import { CALL_FILTERS } from './operations.ts';
import type { Operations } from './operations.ts';

/** The webhook log: what was called, when, for whom, and what came back. */
export function addCallRoutes(router: Router, allow: Allow, operations: Pick<Operations, 'calls' | 'call'>): void {
  const read = allow('calls:read');
  router.get('/calls', read, async (request, response) => {
    const given = ['before', ...CALL_FILTERS].map((name) => [name, queryText(request, name)] as const);
    const query = Object.fromEntries(given.filter(([, value]) => value !== undefined));
    response.json(await operations.calls({ ...query, limit: pageSize(request) }));
  });
  router.get('/calls/:id', read, async (request: At<'id'>, response) => {
    response.json(await operations.call(request.params.id));
  });
}
