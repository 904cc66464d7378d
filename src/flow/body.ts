import type { RequestSource } from '../blocks/block.ts';
import { escapeMarkup } from '../domain/escape.ts';
import { isObject, toText } from '../domain/json.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Scope } from '../domain/turn.ts';
import { compileJsonText } from './json-text.ts';
import type { LanguageContext } from './language/expression.ts';
import type { Getter } from './language/names.ts';
import { compilePieces, compileValue } from './language/template.ts';

/** A body as it goes out, and its media type. */
export interface Content {
  readonly type: string;
  readonly text: string;
}

type BodyOf = (scope: Scope) => Content;
type LanguageAt = (path: readonly (string | number)[]) => LanguageContext;

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';

/** Short names of media types. */
const TYPES: Readonly<Record<string, string>> = {
  json: JSON_TYPE,
  form: FORM,
  text: 'text/plain; charset=utf-8',
  xml: 'application/xml; charset=utf-8',
};

/**
 * Compiles the body of a request; null when there is none. Values are encoded for the type, so that nothing a
 * contact typed can break out of its place. `at` gives the language at a path below `body`.
 */
export function compileBody(source: RequestSource, at: LanguageAt): BodyOf | null {
  const { body, defaultBody } = source;
  if (body === undefined) {
    if (defaultBody === undefined) return null;
    return (scope) => ({ type: JSON_TYPE, text: JSON.stringify(defaultBody(scope)) });
  }
  const type = mediaType(source);
  if (/^application\/([\w.-]+\+)?json\b/i.test(type)) return jsonBody(body, type, source, at);
  if (type.toLowerCase().startsWith(FORM)) return isObject(body) ? formBody(body, type, at) : formText(body, type, at);
  return plainBody(body, type, at);
}

/** What the body is: as `content_type` says, or else a header that is written out, or else JSON. */
function mediaType({ contentType, headers }: RequestSource): string {
  const header = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  const written = contentType ?? (header === undefined || header.includes('@') ? JSON_TYPE : header.trim());
  return TYPES[written] ?? written;
}

function jsonBody(body: Json, type: string, { type: asks }: RequestSource, at: LanguageAt): BodyOf {
  if (typeof body !== 'string' && asks === 'custom_integration' && isObject(body)) return keyedBody(body, type, at);
  const value = typeof body === 'string' ? compileJsonText(body, at([])) : compileValue(body, at);
  return (scope) => ({ type, text: JSON.stringify(value(scope) ?? null) });
}

/** A body of keys and values (Truora): an input that is not given leaves its key out. */
function keyedBody(body: JsonObject, type: string, at: LanguageAt): BodyOf {
  const fields = fieldsOf(body, at);
  return (scope) => {
    const given = fields.flatMap(([key, value]) => {
      const filled = value(scope);
      return filled === undefined ? [] : [[key, filled] as const];
    });
    return { type, text: JSON.stringify(Object.fromEntries(given)) };
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
    return { type, text: form.toString() };
  };
}

function fieldsOf(body: JsonObject, at: LanguageAt): (readonly [string, Getter])[] {
  return Object.entries(body).map(
    ([key, value]) => [key, compileValue(value ?? null, (inner) => at([key, ...inner]))] as const,
  );
}

/** A form written as one text, `a=@a&b=@b`: each value is encoded, the rest is the author's. */
function formText(body: Json, type: string, at: LanguageAt): BodyOf {
  return pieced(toText(body).trim(), type, at, (value) => new URLSearchParams([['', value]]).toString().slice(1));
}

function plainBody(body: Json, type: string, at: LanguageAt): BodyOf {
  const markup = /[/+](xml|html)\b/i.test(type);
  return pieced(toText(body), type, at, (value) => (markup ? escapeMarkup(value) : value));
}

function pieced(template: string, type: string, at: LanguageAt, encode: (value: string) => string): BodyOf {
  const pieces = compilePieces(template, at([]));
  const filled = (scope: Scope): string[] =>
    pieces.map((piece) => (typeof piece === 'string' ? piece : encode(toText(piece(scope)).toWellFormed())));
  return (scope) => ({ type, text: filled(scope).join('') });
}
