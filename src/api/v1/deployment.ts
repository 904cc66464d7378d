import type { Router } from 'express';
import type { Place } from '../../domain/place.ts';
import { queryText } from './input.ts';
import type { Allow } from './input.ts';

/** What `parley plan` compares new files with. Without `next` a page is the last one. */
export interface Deployment {
  /** The files that are live, as they were when they went live. */
  liveFiles(query: { readonly before?: string }): Promise<DeploymentPage<LiveFile>>;
  /** Where conversations stand. Counts of one page; those of the next ones are to be added. */
  places(query: { readonly after?: string }): Promise<DeploymentPage<Place>>;
}

export interface DeploymentPage<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

/** A flow file and its text. */
export interface LiveFile {
  readonly file: string;
  readonly text: string;
}

/** What is live, and where conversations stand in it. */
export function addDeploymentRoutes(router: Router, allow: Allow, deployment: Deployment): void {
  router.get('/sources', allow('flows:read'), async (request, response) => {
    const before = queryText(request, 'before');
    response.json(await deployment.liveFiles(before === undefined ? {} : { before }));
  });
  router.get('/sessions', allow('contacts:read'), async (request, response) => {
    const after = queryText(request, 'after');
    response.json(await deployment.places(after === undefined ? {} : { after }));
  });
}
