import type { BadRequest, Path, RequestSource } from '../blocks/block.ts';
import type { CallRequest } from '../domain/call.ts';
import { isObject, toText } from '../domain/json.ts';
import type { Json } from '../domain/json.ts';
import type { Scope } from '../domain/turn.ts';
import type { LanguageContext } from './language/expression.ts';
import type { Getter } from './language/names.ts';
import { compileText, compileValue } from './language/template.ts';
import { compileUrl } from './language/url.ts';

const BODYLESS = new Set(['GET', 'HEAD', 'TRACE']);
const MAX_URL = 8192;

type LanguageAt = (path: Path) => LanguageContext;

/**
 * Compiles the request of a call block. Bodies are built as values and then encoded, so nothing a contact
 * typed can break out of its place; header values lose control characters.
 */
export function compileRequest(
  source: RequestSource,
  path: Path,
  language: LanguageAt,
): (scope: Scope) => CallRequest | BadRequest {
  const url = compileUrl(source.url, language([...path, 'url']));
  const query = Object.entries(source.query ?? {}).map(
    ([key, value]) => [key, compileValue(value, () => language([...path, 'query', key]))] as const,
  );
  const headers = Object.entries(source.headers ?? {}).map(
    ([key, value]) => [key, compileText(value, language([...path, 'headers', key]))] as const,
  );
  const body = BODYLESS.has(source.method) ? null : compileBody(source, path, language);
  const auth = source.auth === undefined ? null : compileAuth(source.auth, path, language);
  return (scope) => {
    const built = url(scope);
    if ('problem' in built) return built;
    const full = withQuery(built.url, query, scope);
    if (full.length > MAX_URL) return { problem: `the URL is longer than ${MAX_URL} characters` };
    const sent = Object.fromEntries(headers.map(([key, value]) => [key, headerText(value(scope))]));
    if (auth !== null) sent['Authorization'] = auth(scope);
    const content = body?.(scope);
    if (content !== undefined && !hasHeader(sent, 'content-type')) sent['Content-Type'] = content.type;
    return {
      type: source.type,
      method: source.method,
      url: full,
      headers: sent,
      timeout: source.timeout * 1000,
      ...(content === undefined ? {} : { body: content.text }),
    };
  };
}

function withQuery(url: string, query: readonly (readonly [string, Getter])[], scope: Scope): string {
  if (query.length === 0) return url;
  const result = new URL(url);
  for (const [key, value] of query) {
    const filled = value(scope);
    if (filled !== undefined && filled !== null) result.searchParams.append(key, toText(filled));
  }
  return result.href;
}

interface Content {
  readonly type: string;
  readonly text: string;
}

function compileBody(source: RequestSource, path: Path, language: LanguageAt): ((scope: Scope) => Content) | null {
  const type = source.contentType ?? 'application/json';
  const written = source.body;
  const automatic = source.defaultBody;
  if (written === undefined)
    return automatic === undefined
      ? null
      : (scope) => ({ type: 'application/json', text: JSON.stringify(automatic(scope)) });
  if (/^application\/(.*\+)?json/i.test(type)) return jsonBody(written, type, path, language);
  if (type === 'application/x-www-form-urlencoded' && isObject(written)) return formBody(written, type, path, language);
  const text = compileText(toText(written), language([...path, 'body']));
  return (scope) => ({ type, text: text(scope) });
}

/** A JSON body written as text is read as JSON when the flow loads; only its values are templates. */
function jsonBody(written: Json, type: string, path: Path, language: LanguageAt): (scope: Scope) => Content {
  const at = language([...path, 'body']);
  const value = compileValue(typeof written === 'string' ? jsonOrText(written, at) : written, (inner) =>
    typeof written === 'string' ? at : language([...path, 'body', ...inner]),
  );
  return (scope) => ({ type, text: JSON.stringify(value(scope) ?? null) });
}

function jsonOrText(text: string, at: LanguageContext): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    const hint =
      'write the body as a YAML mapping, or put quotes around each @reference: a single reference keeps its type';
    if (/^\s*[[{]/.test(text)) at.problem({ code: 'bad-template', text: 'the body is not JSON', offset: 0, hint });
    return text;
  }
}

function formBody(
  written: { readonly [key: string]: Json | undefined },
  type: string,
  path: Path,
  language: LanguageAt,
): (scope: Scope) => Content {
  const fields = Object.entries(written).map(
    ([key, value]) => [key, compileValue(value ?? '', () => language([...path, 'body', key]))] as const,
  );
  return (scope) => {
    const form = new URLSearchParams();
    for (const [key, value] of fields) form.append(key, toText(value(scope)));
    return { type, text: form.toString() };
  };
}

function compileAuth(
  auth: { username: string; password: string },
  path: Path,
  language: LanguageAt,
): (scope: Scope) => string {
  const username = compileText(auth.username, language([...path, 'basic_auth', 'username']));
  const password = compileText(auth.password, language([...path, 'basic_auth', 'password']));
  return (scope) => `Basic ${Buffer.from(`${username(scope)}:${password(scope)}`).toString('base64')}`;
}

/** Header values carry one line of printable text. */
function headerText(value: string): string {
  // oxlint-disable-next-line no-control-regex
  return value.replace(/[\u0000-\u001F\u007F]/g, ' ').trim();
}

function hasHeader(headers: Readonly<Record<string, string>>, name: string): boolean {
  return Object.keys(headers).some((key) => key.toLowerCase() === name);
}
