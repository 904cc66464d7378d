import { HEAD, folded, formsOf } from './forms.ts';
import type { Form } from './forms.ts';
import { layersOf, readings } from './layers.ts';
import type { Layer } from './layers.ts';

/** What stands in place of a secret. */
export const MASK = '***';

/** Takes secret values out of a text. The `name` of a header comes out in small letters, as HTTP has no others there. */
export type Mask = (text: string, as?: 'name') => string;

/** The mask of a request without secrets: leaves every text as it is. */
export const UNMASKED: Mask = (text) => text;

/** A part of the source that gives a secret away: `[from, to)`. */
type Span = readonly [number, number];

/**
 * Makes a mask for values: each is found as it is, escaped for URLs, JSON and HTML, in base64 at any place of a
 * longer text, in hex, and in these inside each other. Its time is linear in the text.
 */
export function maskOf(values: readonly string[]): Mask {
  const forms = [...new Set(values)].flatMap(formsOf);
  if (forms.length === 0) return UNMASKED;
  const small = forms.map((form) => ({ ...form, bytes: form.bytes.toLowerCase() }));
  return (text, as) => (as === 'name' ? maskedIn(text.toLowerCase(), small) : maskedIn(text, forms));
}

function maskedIn(text: string, forms: readonly Form[]): string {
  if (!givesAway(text, forms)) return text;
  const spans = layersOf(text).flatMap((layer) => spansOf(layer, forms));
  return spans.length === 0 ? text : without(text, spans);
}

/** Nearly every text is clean, and is found to be so without keeping track of where its bytes come from. */
function givesAway(text: string, forms: readonly Form[]): boolean {
  return readings(text).some((reading) => {
    const bytes = folded(reading);
    const small = smallHex(bytes);
    return forms.some((form) => (form.how === 'hex' ? small : bytes).includes(form.bytes.slice(0, HEAD)));
  });
}

function spansOf(layer: Layer, forms: readonly Form[]): Span[] {
  const bytes = folded(layer.bytes);
  const small = smallHex(bytes);
  return forms.flatMap((form) => found(form.how === 'hex' ? small : bytes, form, layer));
}

function smallHex(bytes: string): string {
  return /[A-F]/.test(bytes) ? bytes.replace(/[A-F]+/g, (letters) => letters.toLowerCase()) : bytes;
}

/** Every place of a form, those that overlap as one: in `aaaaaa`, `aaaa` is three times. */
function found(bytes: string, form: Form, layer: Layer): Span[] {
  const spans: Span[] = [];
  const head = form.bytes.slice(0, HEAD);
  let [start, end] = [0, 0];
  for (let at = bytes.indexOf(head); at !== -1; at = bytes.indexOf(head, at + 1)) {
    const inside = at < end;
    if (inside && at + head.length <= end) continue;
    const until = endOf(bytes, form.bytes, at);
    if (form.how === 'word' && !isWord(bytes, at, until)) continue;
    if (!inside && end > 0) spans.push(spanAt(layer, around(layer.bytes, form, start, end)));
    if (!inside) start = at;
    end = until;
  }
  if (end > 0) spans.push(spanAt(layer, around(layer.bytes, form, start, end)));
  return spans;
}

/** A long value is masked as far as it goes: the beginning of a key is no better in a log than all of it. */
function endOf(bytes: string, form: string, at: number): number {
  let same = Math.min(HEAD, form.length);
  while (same < form.length && bytes[at + same] === form[same]) same += 1;
  return at + same;
}

/** The characters beside the middle of a base64 form hold bits of the value too. */
function around(bytes: string, { how }: Form, start: number, end: number): Span {
  if (how !== 'base64') return [start, end];
  const isPart = (at: number): boolean => /^[A-Za-z0-9+/_-]$/.test(bytes[at] ?? '');
  return [isPart(start - 1) ? start - 1 : start, isPart(end) ? end + 1 : end];
}

function isWord(bytes: string, start: number, end: number): boolean {
  const touches = (at: number): boolean => /^[\w\u0080-\u00ff-]$/.test(bytes[at] ?? '');
  return !touches(start - 1) && !touches(end);
}

function spanAt({ from, to }: Layer, [start, end]: Span): Span {
  return [from[start] ?? 0, to[end - 1] ?? 0];
}

/** The text with every span masked; spans that touch or lie in each other become one. */
function without(text: string, spans: readonly Span[]): string {
  const sorted = spans.toSorted(([a], [b]) => a - b);
  let masked = '';
  let last = -1;
  let done = 0;
  for (const [from, to] of sorted) {
    if (from > last) {
      masked += text.slice(done, from) + MASK;
    }
    last = Math.max(last, to);
    done = last;
  }
  return masked + text.slice(done);
}
