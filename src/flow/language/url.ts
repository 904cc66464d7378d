import { toText } from '../../domain/json.ts';
import type { Scope } from '../../domain/turn.ts';
import type { LanguageContext } from './expression.ts';
import { splitTemplate } from './parts.ts';
import { compilePieces } from './template.ts';
import type { Piece } from './template.ts';

/** The URL with values put in, or why there is none. */
export type UrlResult = { readonly url: string } | { readonly problem: string };

/** What stands for the origin of this server, which is known only when it runs. */
export const OWN_ORIGIN = '@server.url';

const ORIGIN = /^https?:\/\/[^/?#\s]+/i;
/** What reading a URL may change or refuse behind a host that can be read: white space, `\`, and steps that begin with a dot. */
const ODD = /[\s\\]|\/(?:\.|%2e)/i;
const SERVER = /^@server\.url(?=[/?#]|$)/i;

/**
 * Compiles a URL. The scheme and host are written out, or are `@server.url`: no value can change where a
 * request goes. Values are percent-encoded, so they cannot add a path step or a parameter either.
 */
export function compileUrl(template: string, context: LanguageContext): (scope: Scope) => UrlResult {
  const trimmed = template.trim();
  const base = baseOf(trimmed);
  if (base === null) {
    const { text, hint } = faultOf(trimmed);
    context.problem({ code: 'bad-template', text, offset: 0, hint });
    return () => ({ problem: text });
  }
  const pieces = compilePieces(trimmed.slice(base.length), {
    ...context,
    problem: (p) => context.problem({ ...p, offset: p.offset + base.length }),
    used: (variable, offset) => context.used(variable, offset + base.length),
  });
  return (scope) => build(base.startsWith('@') ? scope.serverUrl : base, pieces, scope);
}

/** Where requests to a URL go, such as `https://api.example`, or {@link OWN_ORIGIN}; null when that is not fixed. */
export function originOf(template: string): string | null {
  const base = baseOf(template.trim());
  if (base === null) return null;
  return base.startsWith('@') ? OWN_ORIGIN : new URL(base).origin;
}

function baseOf(url: string): string | null {
  const own = SERVER.exec(url)?.[0];
  if (own !== undefined) return own;
  const base = ORIGIN.exec(url)?.[0];
  return base === undefined || base.includes('@') || !URL.canParse(base) ? null : base;
}

/** Why a URL has no base. A user name before the host is told apart from a reference in its place. */
function faultOf(url: string): { readonly text: string; readonly hint: string } {
  const host = ORIGIN.exec(url)?.[0] ?? '';
  const written = splitTemplate(host).every(({ kind }) => kind === 'text') && host.includes('@');
  if (written || /:[^@]*@[^@]+@|@[^@:]+:@?[^@]+@/.test(host.replace(/^https?:/i, '')))
    return {
      text: 'the URL has a user name before its host',
      hint: 'take it out, and give it in basic_auth: { username: …, password: "@secret.<name>" }; in an integration, in a header Authorization',
    };
  return {
    text: 'the URL has no fixed scheme and host',
    hint: 'begin with https:// and the host written out; values go into the path and the query',
  };
}

function build(base: string, pieces: readonly Piece[], scope: Scope): UrlResult {
  let url = base;
  for (const piece of pieces)
    url += typeof piece === 'string' ? piece : encodeURIComponent(toText(piece(scope)).toWellFormed());
  if (!ODD.test(url)) return { url };
  if (!URL.canParse(url)) return { problem: 'the URL cannot be read once the values are in it' };
  return sameDepth(url) ? { url } : { problem: 'a value of "." or ".." would change the path of the URL' };
}

/** False when reading the URL folds dots away, so that it would reach another path than the author wrote. */
function sameDepth(url: string): boolean {
  const written = (/^[a-z]+:\/\/[^/?#]*([^?#]*)/i.exec(url)?.[1] ?? '').split('/').length;
  return written <= 1 || new URL(url).pathname.split('/').length === written;
}
