import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DirectRoute } from '../channel/channel.ts';

/** The routes that channels answer without express. */
export class DirectRoutes {
  readonly #routes: DirectRoute[] = [];

  add(route: DirectRoute): void {
    this.#routes.push(route);
  }

  /** True when one of them has taken the request. */
  take(request: IncomingMessage, response: ServerResponse): boolean {
    for (const { method, path, handle } of this.#routes) {
      if (request.method !== method) continue;
      const found = path.exec(request.url ?? '');
      if (found === null) continue;
      handle(request, response, found[1] ?? '');
      return true;
    }
    return false;
  }
}
