import { isObject, toText } from '../../domain/json.ts';
import type { Json } from '../../domain/json.ts';
import type { Scope } from '../../domain/turn.ts';
import { compileExpression } from './expression.ts';
import type { LanguageContext } from './expression.ts';
import { knownRoots, resolve, through } from './names.ts';
import type { Getter } from './names.ts';
import { splitTemplate } from './parts.ts';
import type { Part } from './parts.ts';
import { noSecrets } from './seal.ts';
import { suggestion } from './suggest.ts';

/** Characters of a filled-in text; what is over is cut off, so that no chain of texts eats the memory. */
const MAX_FILLED = 400_000;

/** A template cut into what stands fast and what is filled in. */
export type Piece = string | Getter;

/**
 * Compiles a template to its pieces. A reference that nobody knows stays as it was written, with a hint
 * to its author. What a getter answers is data: it is never looked at as a template again.
 */
export function compilePieces(template: string, context: LanguageContext): Piece[] {
  const pieces: Piece[] = [];
  for (const part of splitTemplate(template)) {
    const piece = compilePart(part, context);
    const last = pieces.at(-1);
    if (typeof piece === 'string' && typeof last === 'string') pieces[pieces.length - 1] = last + piece;
    else pieces.push(piece);
  }
  return pieces;
}

/** A template as the text a contact reads. */
export function compileText(template: string, context: LanguageContext): (scope: Scope) => string {
  return joined(compilePieces(template, context));
}

function joined(pieces: readonly Piece[]): (scope: Scope) => string {
  const [first] = pieces;
  if (first === undefined) return () => '';
  if (pieces.length === 1) return typeof first === 'string' ? () => first : (scope) => toText(first(scope));
  return (scope) => {
    let text = '';
    for (const piece of pieces) text += typeof piece === 'string' ? piece : toText(piece(scope));
    return text.length > MAX_FILLED ? text.slice(0, MAX_FILLED) : text;
  };
}

/** JSON with templates in its texts. A text that is one single reference keeps the type of its value. */
export function compileValue(value: Json, contextAt: (path: readonly (string | number)[]) => LanguageContext): Getter {
  return valueAt(value, [], contextAt);
}

function valueAt(
  value: Json,
  path: readonly (string | number)[],
  contextAt: (path: readonly (string | number)[]) => LanguageContext,
): Getter {
  if (typeof value === 'string') return textValue(value, contextAt(path));
  if (Array.isArray(value)) {
    const items = value.map((item: Json, i) => valueAt(item, [...path, i], contextAt));
    return (scope) => items.map((item) => item(scope) ?? null);
  }
  if (!isObject(value)) return () => value;
  const fields = Object.entries(value).map(
    ([key, field]) => [key, valueAt(field ?? null, [...path, key], contextAt)] as const,
  );
  return (scope) => Object.fromEntries(fields.map(([key, field]) => [key, field(scope) ?? null]));
}

function textValue(template: string, context: LanguageContext): Getter {
  const pieces = compilePieces(template, context);
  const [only] = pieces;
  return pieces.length === 1 && typeof only === 'function' ? only : joined(pieces);
}

function compilePart(part: Part, context: LanguageContext): Piece {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'expression':
      return compileExpression(part.source, shifted(context, part.offset));
    case 'unclosed':
      context.problem({
        code: 'bad-template',
        text: '"@(" has no ")" that closes it',
        offset: part.offset,
        hint: 'write @@( for a plain @(',
      });
      return '';
    case 'reference':
      return reference(part, context);
  }
}

function reference(part: Extract<Part, { kind: 'reference' }>, context: LanguageContext): Piece {
  const special = (context.special ?? noSecrets)(part.root, part.steps);
  if (special?.kind === 'text') return special.text;
  if (special?.kind === 'value') return special.get;
  if (special !== undefined) {
    context.problem({ ...special, offset: part.offset });
    return part.source;
  }
  const extra = context.extraRoots?.get(part.root);
  const resolved =
    extra === undefined ? resolve(part.root, part.steps, context.known) : { get: through(extra, part.steps) };
  if (resolved === null) {
    const meant = suggestion(part.root, knownRoots(context.known));
    const hint = meant ?? `if it is set from outside, declare it under variables:; for a plain @ write @@${part.root}`;
    context.problem({
      code: meant === undefined ? 'unknown-reference' : 'misspelt-reference',
      text: `nothing is called "@${part.root}", so it stays as text`,
      offset: part.offset,
      hint,
    });
    return part.source;
  }
  if (resolved.variable !== undefined) context.used(resolved.variable, part.offset);
  return resolved.get;
}

function shifted(context: LanguageContext, by: number): LanguageContext {
  return {
    ...context,
    problem: (problem) => context.problem({ ...problem, offset: problem.offset + by }),
    used: (variable, offset) => context.used(variable, offset + by),
  };
}
