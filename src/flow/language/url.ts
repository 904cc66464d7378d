import { toText } from '../../domain/json.ts';
import type { Scope } from '../../domain/turn.ts';
import type { LanguageContext } from './expression.ts';
import { compilePieces } from './template.ts';
import type { Piece } from './template.ts';

/** The URL with values put in, or why there is none. */
export type UrlResult = { readonly url: string } | { readonly problem: string };

const ORIGIN = /^https?:\/\/[^/?#\s]+/i;
const SERVER = /^@server\.url(?=[/?#]|$)/i;

/**
 * Compiles a URL. The scheme and host are written out, or are `@server.url`: no value can change where a
 * request goes. Values are percent-encoded, so they cannot add a path step or a parameter either.
 */
export function compileUrl(template: string, context: LanguageContext): (scope: Scope) => UrlResult {
  const trimmed = template.trim();
  const base = SERVER.exec(trimmed)?.[0] ?? ORIGIN.exec(trimmed)?.[0];
  if (base === undefined || (base[0] !== '@' && base.includes('@'))) {
    const hint = 'begin with https:// and the host written out; values go into the path and the query';
    context.problem({ code: 'bad-template', text: 'the URL has no fixed scheme and host', offset: 0, hint });
    return () => ({ problem: 'the URL has no fixed scheme and host' });
  }
  const ownServer = base.startsWith('@');
  const pieces = compilePieces(trimmed.slice(base.length), {
    ...context,
    problem: (p) => context.problem({ ...p, offset: p.offset + base.length }),
  });
  return (scope) => build(ownServer ? scope.serverUrl : base, pieces, scope);
}

function build(base: string, pieces: readonly Piece[], scope: Scope): UrlResult {
  let url = base;
  for (const piece of pieces) {
    if (typeof piece === 'string') url += piece;
    else {
      url += encodeURIComponent(toText(piece(scope)).toWellFormed());
    }
  }
  if (!URL.canParse(url)) return { problem: 'the URL cannot be read once the values are in it' };
  return sameDepth(url) ? { url } : { problem: 'a value of "." or ".." would change the path of the URL' };
}

/** False when reading the URL folds dots away, so that it would reach another path than the author wrote. */
function sameDepth(url: string): boolean {
  const written = (/^[a-z]+:\/\/[^/?#]*([^?#]*)/i.exec(url)?.[1] ?? '').split('/').length;
  return written <= 1 || new URL(url).pathname.split('/').length === written;
}
