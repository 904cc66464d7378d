import { isObject } from '../domain/json.ts';
import type { Json } from '../domain/json.ts';
import { splitTemplate } from './language/parts.ts';

/** A value of a request as it was written, and where. */
export interface WrittenValue {
  readonly path: readonly (string | number)[];
  /** The name of the header, parameter or key it is for. */
  readonly name: string;
  readonly value: string;
}

/** How sure it is that a value is a secret: its shape says so, or only the name it goes by. */
export type Suspicion = 'shape' | 'name';

/** Names that secrets go by. */
const NAMES =
  /^((proxy-)?authorization|(set-)?cookie|pass(word|wd|phrase)?|pwd|(.*[-_.])?(api|access|secret|private|auth|app|client|subscription)[-_.]?(key|token|secret)|(.*[-_.])?(apikey|token|secret|password|signature|credentials?))$/i;

/** Keys of well-known services, and forms that hold keys. */
const SHAPES: readonly RegExp[] = [
  /\bAKIA[0-9A-Z]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{36,}/,
  /\bgithub_pat_[A-Za-z0-9_]{22,}/,
  /\bglpat-[A-Za-z0-9_-]{20,}/,
  /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/,
  /\b[rs]k_(live|test)_[A-Za-z0-9]{16,}/,
  /\bsk-[A-Za-z0-9_-]{20,}/,
  /\bAIza[0-9A-Za-z_-]{35}/,
  /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/,
  /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\./,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /^\s*(bearer|basic|token|apikey)\s+[A-Za-z0-9+/=._~-]{8,}\s*$/i,
];

/** How a value looks like a secret that was written out, or null. What a reference brings is not written out. */
export function suspicion({ name, value }: Pick<WrittenValue, 'name' | 'value'>): Suspicion | null {
  const parts = splitTemplate(value);
  const written = parts.map((part) => (part.kind === 'text' ? part.text : ' ')).join('');
  if (SHAPES.some((shape) => shape.test(written))) return 'shape';
  const literal = parts.every((part) => part.kind === 'text') && written.trim() !== '';
  return literal && NAMES.test(name) ? 'name' : null;
}

/** The texts in a request part, each with the nearest key it stands under. */
export function writtenValues(value: Json | undefined, path: readonly (string | number)[]): WrittenValue[] {
  if (typeof value === 'string') return [{ path, name: nameOf(path), value }];
  if (Array.isArray(value)) return value.flatMap((item: Json, i) => writtenValues(item, [...path, i]));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => writtenValues(item, [...path, key]));
}

/** The parameters that are written into a URL, as values of their own. */
export function urlValues(url: string, path: readonly (string | number)[]): WrittenValue[] {
  const query = /\?([^#]*)/.exec(url)?.[1] ?? '';
  const parameters = query.split('&').map((pair) => pair.split('='));
  return [
    { path, name: '', value: url },
    ...parameters.map(([name = '', ...value]) => ({ path, name, value: value.join('=') })),
  ];
}

function nameOf(path: readonly (string | number)[]): string {
  return path.findLast((step) => typeof step === 'string') ?? '';
}
