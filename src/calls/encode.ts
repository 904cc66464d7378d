import type { BodyEncoding } from '../domain/encoding.ts';
import { escapeMarkup } from '../domain/escape.ts';

/** A value in a path or a query: it can add no step, parameter or fragment. */
export function percent(value: string): string {
  return encodeURIComponent(value.toWellFormed()).replace(/[!'()*]/g, hexOf);
}

/** A value in a header: one line, and nothing around it, as a line break is easily copied along with a key. */
export function headerValue(value: string): string {
  // oxlint-disable-next-line no-control-regex
  return value.replace(/[\u0000-\u001F\u007F]/g, '').trim();
}

/** How a value is written into a body: inside a string of JSON, into a form field, into XML, or as it is. */
export function encoderFor(encoding: BodyEncoding): (value: string) => string {
  if (encoding === 'json') return jsonText;
  if (encoding === 'form') return formText;
  if (encoding === 'xml') return (value) => escapeMarkup(value.toWellFormed());
  return (value) => value.toWellFormed();
}

/** A value inside the quotes of a JSON string. */
export function jsonText(value: string): string {
  return JSON.stringify(value.toWellFormed()).slice(1, -1);
}

/** A value of a form field. */
export function formText(value: string): string {
  return new URLSearchParams([['', value]]).toString().slice(1);
}

/** UTF-8 as a text whose characters are bytes. */
export function bytesOf(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return /^[\u0000-\u007F]*$/.test(text) ? text : Buffer.from(text.toWellFormed()).toString('latin1');
}

/** False when reading a URL folds dots away, so that it would reach another path than was written. */
export function sameSteps(written: string, read: URL): boolean {
  const path = /^[a-z]+:\/\/[^/?#]*([^?#]*)/i.exec(written)?.[1] ?? '';
  const steps = path.split('/').length;
  return steps <= 1 || read.pathname.split('/').length === steps;
}

function hexOf(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
