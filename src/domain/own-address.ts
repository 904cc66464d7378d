import type { CallRequest, Sealed } from './call.ts';
import type { Effect } from './effect.ts';

/** Stands in a stored request for the address of whichever server makes it. Nothing on the network has this name. */
const HERE = 'http://this-server.invalid';

/**
 * Effects as they are stored: a request to this server's own address (`@server.url`) is one to the server that makes it.
 * The process that asked may be gone by then, and another one have another port.
 */
export function withoutAddress(effects: readonly Effect[], serverUrl: string): readonly Effect[] {
  if (!effects.some((effect) => effect.kind === 'call')) return effects;
  return effects.map((effect) =>
    effect.kind === 'call' && effect.request.type !== 'phone_code'
      ? { ...effect, request: { ...effect.request, url: moved(effect.request.url, serverUrl, HERE) } }
      : effect,
  );
}

/** A stored request with the address of the server that makes it now. */
export function withAddress(request: CallRequest, serverUrl: string): CallRequest {
  return { ...request, url: moved(request.url, HERE, serverUrl) };
}

function moved(url: Sealed, from: string, to: string): Sealed {
  if (typeof url === 'string') return url.startsWith(`${from}/`) ? to + url.slice(from.length) : url;
  const [first, ...rest] = url;
  if (typeof first !== 'string' || !first.startsWith(`${from}/`)) return url;
  return [to + first.slice(from.length), ...rest];
}
