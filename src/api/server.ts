import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { ErrorRequestHandler, Express, RequestHandler, Router } from 'express';
import helmet from 'helmet';
import { ParleyError, messageOf } from '../domain/error.ts';

/** Routers by the path they hang under, in order. Channels come first: they read their bodies themselves. */
export interface Mounted {
  readonly path: string;
  readonly router: RequestHandler;
}

/** The HTTP face of the server: safe headers, the routers, and one shape for every error. */
export function createWeb(routers: readonly Mounted[], bug: (error: unknown) => void): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: { defaultSrc: ["'none'"], styleSrc: ["'self'"], imgSrc: ['data:'], frameAncestors: ["'none'"] },
      },
      strictTransportSecurity: false,
    }),
  );
  for (const { path, router } of routers) app.use(path, router);
  app.use((request) => {
    throw new ParleyError('not_found', `there is nothing at ${request.method} ${request.path}`);
  });
  app.use(errorHandler(bug));
  return app;
}

/** A router, for whoever may not import express. */
export function newRouter(): Router {
  return express.Router();
}

/** Answers every error as `{ error: { code, message, hint } }`; what is not expected is a bug and says no more. */
function errorHandler(bug: (error: unknown) => void): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) return next(error);
    const known = error instanceof ParleyError ? error : clientFault(error);
    if (known === null) bug(error);
    const { status, code, message, hint } = known ?? new ParleyError('internal', 'something went wrong here');
    if (status === 503) response.set('Retry-After', '1');
    response.status(status).json({ error: { code, message, hint } });
  };
}

/** Faults that express and its body parser find in a request. */
function clientFault(error: unknown): ParleyError | null {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  if (status === 413) return new ParleyError('too_large', 'the request is too large');
  return typeof status === 'number' && status >= 400 && status < 500
    ? new ParleyError('bad_request', messageOf(error))
    : null;
}

/** Starts listening; a port in use is one clear error. */
export function listen(app: RequestListener, port: number, host: string): Promise<Server> {
  const server = createServer(app);
  server.keepAliveTimeout = 65_000;
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new ParleyError('port_in_use', `port ${port} on ${host} is in use`) : error);
    });
    server.listen(port, host, () => resolve(server));
  });
}

/** Where a server that listens can be reached from this machine. */
export function addressOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  if (address === '0.0.0.0' || address === '::') return `http://127.0.0.1:${port}`;
  return family === 'IPv6' ? `http://[${address}]:${port}` : `http://${address}:${port}`;
}
