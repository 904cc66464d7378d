import { isObject } from '../domain/json.ts';
import type { Json } from '../domain/json.ts';
import { parseJson } from '../domain/parse-json.ts';
import type { LanguageContext } from './language/expression.ts';
import type { Getter } from './language/names.ts';
import { splitTemplate } from './language/parts.ts';
import type { Part } from './language/parts.ts';
import { compileText, compileValue } from './language/template.ts';

/** A text that is no JSON could still hold this as a value of its own, so it is one that nobody writes. */
const HOLE = '\u0001hole ';

/**
 * Compiles a JSON body that was written as text (SmartFlows' body box). It is read as JSON when the flow loads, so a
 * value can never add to it or break it: a reference in quotes becomes a text, one without keeps its type. A text
 * that does not begin like an object or list is one template.
 */
export function compileJsonText(text: string, context: LanguageContext): Getter {
  if (!/^\s*[[{]/.test(text)) return compileValue(text.trim(), () => context);
  const holes: string[] = [];
  const json = parseJson(text) ?? parseJson(withHoles(text, holes));
  if (json === undefined || keysOf(json).some((key) => key.startsWith(HOLE))) {
    const hint =
      'a text that begins with { or [ is JSON: each @reference stands for one value, in quotes for a text; or write the body as a YAML mapping';
    context.problem({ code: 'bad-template', text: 'the body is not JSON', offset: 0, hint });
    return () => null;
  }
  const at = (template: string): LanguageContext => shifted(context, Math.max(0, text.indexOf(template)));
  return compileNode(json, (written) => {
    const hole = written.startsWith(HOLE) ? holes[Number(written.slice(HOLE.length))] : undefined;
    return hole === undefined ? compileText(written, at(written)) : compileValue(hole, () => at(hole));
  });
}

/** Compiles a text of one JSON value, or of one on each line. */
export function compileJsonLines(text: string, context: LanguageContext): Getter[] {
  if (parseJson(withHoles(text, [])) !== undefined) return [compileJsonText(text, context)];
  let offset = 0;
  return text.split('\n').flatMap((line) => {
    const from = offset;
    offset += line.length + 1;
    return line.trim() === '' ? [] : [compileJsonText(line, shifted(context, from))];
  });
}

function compileNode(json: Json, leaf: (text: string) => Getter): Getter {
  if (typeof json === 'string') return leaf(json);
  if (Array.isArray(json)) {
    const items = json.map((item: Json) => compileNode(item, leaf));
    return (scope) => items.map((item) => item(scope) ?? null);
  }
  if (!isObject(json)) return () => json;
  const fields = Object.entries(json).map(([key, value]) => [key, compileNode(value ?? null, leaf)] as const);
  return (scope) => Object.fromEntries(fields.map(([key, field]) => [key, field(scope) ?? null]));
}

/** The text with a JSON string in place of each reference that stands outside of quotes. */
function withHoles(text: string, holes: string[]): string {
  let inQuotes = false;
  return splitTemplate(text)
    .map((part) => {
      if (part.kind !== 'text' && !inQuotes) return JSON.stringify(`${HOLE}${holes.push(sourceOf(part)) - 1}`);
      if (part.kind !== 'text') return sourceOf(part);
      inQuotes = endsInQuotes(part.text, inQuotes);
      return part.text.replaceAll('@', '@@');
    })
    .join('');
}

function sourceOf(part: Exclude<Part, { kind: 'text' }>): string {
  if (part.kind === 'reference') return part.source;
  return part.kind === 'expression' ? `@(${part.source})` : '@(';
}

function endsInQuotes(text: string, begins: boolean): boolean {
  let inside = begins;
  for (let at = 0; at < text.length; at += 1) {
    if (inside && text[at] === '\\') at += 1;
    else if (text[at] === '"') inside = !inside;
  }
  return inside;
}

function keysOf(json: Json): string[] {
  if (Array.isArray(json)) return json.flatMap((item: Json) => keysOf(item));
  if (!isObject(json)) return [];
  return Object.entries(json).flatMap(([key, value]) => [key, ...keysOf(value ?? null)]);
}

function shifted(context: LanguageContext, by: number): LanguageContext {
  return {
    ...context,
    problem: (problem) => context.problem({ ...problem, offset: problem.offset + by }),
    used: (variable, offset) => context.used(variable, offset + by),
  };
}
