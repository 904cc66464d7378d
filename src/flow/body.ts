import type { RequestSource } from '../blocks/block.ts';
import { encodingOf } from '../domain/encoding.ts';
import type { BodyEncoding } from '../domain/encoding.ts';
import { escapeMarkup } from '../domain/escape.ts';
import { isObject, toText } from '../domain/json.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Scope } from '../domain/turn.ts';
import { compileJsonLines, compileJsonText } from './json-text.ts';
import type { LanguageContext } from './language/expression.ts';
import type { Getter } from './language/names.ts';
import { splitTemplate } from './language/parts.ts';
import { compilePieces, compileValue } from './language/template.ts';

/** A body as it goes out, its media type, and how its values are encoded. */
export interface Content {
  readonly type: string;
  readonly encoding: BodyEncoding;
  readonly text: string;
}

type BodyOf = (scope: Scope) => Content;
type LanguageAt = (path: readonly (string | number)[]) => LanguageContext;

const JSON_TYPE = 'application/json';

/** Short names of media types. */
const TYPES: Readonly<Record<string, string>> = {
  json: JSON_TYPE,
  form: 'application/x-www-form-urlencoded',
  text: 'text/plain; charset=utf-8',
  xml: 'application/xml; charset=utf-8',
};

/** A text that is meant as JSON, whatever its type says: `[note] …` and `[b]` are not. */
const LIKE_JSON = /^\s*(?:\{|\[\s*(?:["{[\]@\d-]|(?:true|false|null)\b))/;

/**
 * Compiles the body of a request; null when there is none. Its shape decides how values are encoded, and the type
 * only where the shape says nothing: nothing a contact typed can break out of its place, nor can a header that is
 * put together from values change that. `at` gives the language at a path below `body`.
 */
export function compileBody(source: RequestSource, at: LanguageAt): BodyOf | null {
  const { body, defaultBody } = source;
  if (body === undefined) {
    if (defaultBody === undefined) return null;
    return (scope) => ({ type: JSON_TYPE, encoding: 'json', text: JSON.stringify(defaultBody(scope)) });
  }
  const type = mediaType(source);
  const said = encodingSaid(type);
  if (typeof body === 'string') return textBody(body, type, said, at);
  if (isObject(body)) return said === 'form' ? formBody(body, type, at) : mappingBody(body, type, source, at);
  if (Array.isArray(body) || said === null || said === 'json') return jsonBody(compileValue(body, at), type);
  return pieced(toText(body), { type, encoding: said }, at, ENCODE[said]);
}

/** What the body is: as `content_type` says, or else a header, or else JSON. */
function mediaType({ contentType, headers }: RequestSource): string {
  const header = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  const written = contentType ?? header?.trim() ?? JSON_TYPE;
  return TYPES[written] ?? written;
}

/** What the type says, its parameters aside; null when values make up its name. */
function encodingSaid(type: string): BodyEncoding | null {
  const [name = ''] = type.split(';');
  return name.includes('@') ? null : encodingOf(name);
}

function textBody(body: string, type: string, said: BodyEncoding | null, at: LanguageAt): BodyOf {
  const fixed = splitTemplate(body).every(({ kind }) => kind === 'text');
  if (said === 'json' || (LIKE_JSON.test(body) && !fixed)) return jsonText(body, type, at);
  const encoding = isMarkup(body, type, said) ? 'xml' : (said ?? 'json');
  if (encoding === 'json') return jsonText(body, type, at);
  return pieced(encoding === 'form' ? body.trim() : body, { type, encoding }, at, ENCODE[encoding]);
}

/** Plain text and forms may begin with `<` as they like; where the type says less, markup shows itself. */
function isMarkup(body: string, type: string, said: BodyEncoding | null): boolean {
  return /^\s*</.test(body) && (said === null || (said === 'text' && !/^text\/plain\b/i.test(type)));
}

/** JSON that was written as a text; types that hold a value on each line (NDJSON) take one. */
function jsonText(body: string, type: string, at: LanguageAt): BodyOf {
  if (!/ndjson|jsonl|json-?lines/i.test(type)) return jsonBody(compileJsonText(body, at([])), type);
  const lines = compileJsonLines(body, at([]));
  const text = (scope: Scope): string => lines.map((line) => `${JSON.stringify(line(scope) ?? null)}\n`).join('');
  return (scope) => ({ type, encoding: 'json', text: text(scope) });
}

function jsonBody(value: Getter, type: string): BodyOf {
  return (scope) => ({ type, encoding: 'json', text: JSON.stringify(value(scope) ?? null) });
}

function mappingBody(body: JsonObject, type: string, { type: asks }: RequestSource, at: LanguageAt): BodyOf {
  return asks === 'custom_integration' ? keyedBody(body, type, at) : jsonBody(compileValue(body, at), type);
}

/** A body of keys and values (Truora): an input that is not given leaves its key out. */
function keyedBody(body: JsonObject, type: string, at: LanguageAt): BodyOf {
  const fields = fieldsOf(body, at);
  return (scope) => {
    const given = fields.flatMap(([key, value]) => {
      const filled = value(scope);
      return filled === undefined ? [] : [[key, filled] as const];
    });
    return { type, encoding: 'json', text: JSON.stringify(Object.fromEntries(given)) };
  };
}

function formBody(body: JsonObject, type: string, at: LanguageAt): BodyOf {
  const fields = fieldsOf(body, at);
  return (scope) => {
    const form = new URLSearchParams();
    for (const [key, value] of fields) {
      const filled = value(scope);
      if (filled !== undefined && filled !== null) form.append(key, toText(filled).toWellFormed());
    }
    return { type, encoding: 'form', text: form.toString() };
  };
}

function fieldsOf(body: JsonObject, at: LanguageAt): (readonly [string, Getter])[] {
  return Object.entries(body).map(
    ([key, value]) => [key, compileValue(value ?? null, (inner) => at([key, ...inner]))] as const,
  );
}

/** How a value is written into a text; a form is `a=@a&b=@b`, and all but the values is the author's. */
const ENCODE: Readonly<Record<Exclude<BodyEncoding, 'json'>, (value: string) => string>> = {
  form: (value) => new URLSearchParams([['', value]]).toString().slice(1),
  xml: escapeMarkup,
  text: (value) => value,
};

function pieced(
  template: string,
  what: Pick<Content, 'type' | 'encoding'>,
  at: LanguageAt,
  encode: (value: string) => string,
): BodyOf {
  const pieces = compilePieces(template, at([]));
  const filled = (scope: Scope): string[] =>
    pieces.map((piece) => (typeof piece === 'string' ? piece : encode(toText(piece(scope)).toWellFormed())));
  return (scope) => ({ ...what, text: filled(scope).join('') });
}
