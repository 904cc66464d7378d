import type { BadRequest, Path, RequestSource } from '../blocks/block.ts';
import type { CallRequest } from '../domain/call.ts';
import { toText } from '../domain/json.ts';
import type { Scope } from '../domain/turn.ts';
import { compileBody } from './body.ts';
import type { Content } from './body.ts';
import type { LanguageContext } from './language/expression.ts';
import type { Getter } from './language/names.ts';
import { Seal, flowSecrets } from './language/seal.ts';
import type { SpecialNames } from './language/seal.ts';
import { compileText, compileValue } from './language/template.ts';
import { compileUrl } from './language/url.ts';
import { checkUnread } from './unread-secrets.ts';

const BODYLESS = new Set(['GET', 'HEAD', 'TRACE', 'CONNECT']);
const MAX_URL = 8192;

type LanguageAt = (path: Path) => LanguageContext;
type Rendered = (scope: Scope) => CallRequest | BadRequest;

/**
 * Compiles the request of a call block or an integration. Bodies are built as values and then encoded, so nothing a
 * contact typed can break out of its place; header values lose control characters; secrets stay references.
 */
export function compileRequest(
  source: RequestSource,
  path: Path,
  language: LanguageAt,
  names: (seal: Seal) => SpecialNames = flowSecrets,
): Rendered {
  const seal = new Seal();
  const special = names(seal);
  const at: LanguageAt = (inner) => ({ ...language([...path, ...inner]), special });
  checkUnread(source, at);
  const url = compileUrl(source.url, at(['url']));
  const query = entriesOf(source.query, (key, value) => compileValue(value, (inner) => at(['query', key, ...inner])));
  const headers = entriesOf(source.headers, (key, value) => compileHeader(key, value, at(['headers', key])));
  const body = compileContent(source, at);
  const auth = source.auth === undefined ? null : compileAuth(source.auth, at, seal);
  return (scope) => {
    const built = url(scope);
    if ('problem' in built) return built;
    const full = withQuery(built.url, query, scope);
    if (full.length > MAX_URL) return { problem: `the URL is longer than ${MAX_URL} characters` };
    const content = body?.(scope);
    return {
      type: source.type,
      method: source.method,
      url: seal.open(full),
      headers: sealedHeaders(headers, content, scope, seal),
      ...(auth === null ? {} : { auth: auth(scope) }),
      ...(content === undefined ? {} : { body: seal.open(content.text), encoding: content.encoding }),
      timeout: source.timeout * 1000,
    };
  };
}

function entriesOf<V, C>(
  written: Readonly<Record<string, V>> | undefined,
  compile: (key: string, value: V) => C,
): (readonly [string, C])[] {
  return Object.entries(written ?? {}).map(([key, value]) => [key, compile(key, value)] as const);
}

function withQuery(url: string, query: readonly (readonly [string, Getter])[], scope: Scope): string {
  const added = query.flatMap(([key, value]) => {
    const filled = value(scope);
    return filled === undefined || filled === null ? [] : [`${percent(key)}=${percent(toText(filled))}`];
  });
  return added.length === 0 ? url : extended(url, added.join('&'));
}

/** The URL with more parameters before its fragment. What the author wrote stays as it is: a signature may be over it. */
function extended(url: string, added: string): string {
  const [, before = '', fragment = ''] = /^([^#]*)(.*)$/s.exec(url) ?? [];
  const joint = !before.includes('?') ? '?' : /[?&]$/.test(before) ? '' : '&';
  return `${before}${joint}${added}${fragment}`;
}

function percent(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function compileContent(source: RequestSource, at: LanguageAt): ((scope: Scope) => Content) | null {
  if (!BODYLESS.has(source.method)) return compileBody(source, (inner) => at(['body', ...inner]));
  if (source.body !== undefined)
    at(['body']).problem({
      code: 'body-not-sent',
      text: `a ${source.method} request has no body, so this one is not sent`,
      offset: 0,
      hint: 'put the values into the query, or choose another method',
    });
  return null;
}

type Headers = readonly (readonly [string, (scope: Scope) => string])[];

function sealedHeaders(
  headers: Headers,
  content: Content | undefined,
  scope: Scope,
  seal: Seal,
): CallRequest['headers'] {
  const sent = Object.fromEntries(headers.map(([key, value]) => [key, seal.open(headerText(value(scope)))]));
  if (content === undefined || headers.some(([key]) => key.toLowerCase() === 'content-type')) return sent;
  return { ...sent, 'Content-Type': content.type };
}

function compileHeader(name: string, value: string, context: LanguageContext): (scope: Scope) => string {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name))
    context.problem({
      code: 'bad-value',
      text: `"${name}" is no name for a header`,
      offset: 0,
      hint: 'names of headers have letters, digits and dashes, such as X-Api-Key',
    });
  return compileText(value, context);
}

function compileAuth(
  auth: NonNullable<RequestSource['auth']>,
  at: LanguageAt,
  seal: Seal,
): (scope: Scope) => NonNullable<CallRequest['auth']> {
  const username = compileText(auth.username, at(['basic_auth', 'username']));
  const password = compileText(auth.password, at(['basic_auth', 'password']));
  return (scope) => ({ username: seal.open(username(scope)), password: seal.open(password(scope)) });
}

/** Header values carry one line of printable text. */
function headerText(value: string): string {
  // oxlint-disable-next-line no-control-regex
  return value.replace(/[\u0000-\u001F\u007F]/g, ' ').trim();
}
