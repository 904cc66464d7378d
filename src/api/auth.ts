import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { ParleyError } from '../domain/error.ts';

/** Lets a request through that carries the admin token, compared in constant time. */
export function requireToken(adminToken: string): RequestHandler {
  const wanted = digest(adminToken);
  return (request, _response, next) => {
    const given = /^(?:Bearer|Token) ([\x21-\x7E]+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (given === undefined) throw new ParleyError('unauthorized', 'this needs a token');
    if (!timingSafeEqual(digest(given), wanted)) throw new ParleyError('unauthorized', 'the token is not valid');
    next();
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
