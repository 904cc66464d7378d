import { bytesOf } from './encode.ts';

/** A text with its escapes undone, as bytes; for each byte the part of the source that it was written with. */
export interface Layer {
  readonly bytes: string;
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/** Escapes of URLs, of HTML, of JSON and JavaScript; and of the last one only those that are codes. */
const PERCENT = /%[0-9a-f]{2}/gi;
const ENTITY = /&(?:#\d{1,7}|#x[0-9a-f]{1,6}|amp|lt|gt|quot|apos|nbsp);/gi;
const CODE = /\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|\\u[0-9a-f]{4}|\\u\{[0-9a-f]{1,6}\}|\\x[0-9a-f]{2}/gi;
const BACKSLASH = new RegExp(`${CODE.source}|${/\\["'\\/bfnrtv]/.source}`, 'gi');
const ALL = new RegExp(`${PERCENT.source}|${ENTITY.source}|${BACKSLASH.source}`, 'gi');

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };
const LETTERS: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** Encodings inside encodings that are looked through: JSON in a form in a query, say. */
const DEPTH = 3;

/** What a text reads as: as it is, then with one more round of escapes undone each, while there are any. As bytes. */
export function readings(text: string): string[] {
  const bytes = bytesOf(text);
  return rounds(bytes, waysOf(bytes), (before, escape) => {
    const after = before.replace(escape, meaningOf);
    return after === before ? undefined : after;
  });
}

/** The same with the places in the source. */
export function layersOf(text: string): Layer[] {
  const layer = plain(text);
  return rounds(layer, waysOf(layer.bytes), unescaped);
}

/**
 * What a reader may undo in a text. Where kinds of escapes meet, one kind may spoil another (`%4` before a text
 * that begins with a digit), so each is undone alone too; and a reader may or may not take `\\u0041` for a code.
 */
function waysOf(bytes: string): RegExp[] {
  const kinds = [
    ...(bytes.includes('%') ? [PERCENT] : []),
    ...(bytes.includes('&') ? [ENTITY] : []),
    ...(bytes.includes('\\') ? [BACKSLASH] : []),
  ];
  const codes = /\\\\[ux]/i.test(bytes) ? [CODE] : [];
  if (kinds.length === 0) return [];
  return kinds.length === 1 ? [ALL, ...codes] : [ALL, ...kinds, ...codes];
}

function rounds<T>(first: T, ways: readonly RegExp[], undo: (before: T, escape: RegExp) => T | undefined): T[] {
  const found = [first];
  for (const way of ways) {
    let next = undo(first, way);
    for (let depth = 0; depth < DEPTH && next !== undefined; depth += 1) {
      found.push(next);
      next = undo(next, way);
    }
  }
  return found;
}

function plain(text: string): Layer {
  const bytes = bytesOf(text);
  const from = new Int32Array(bytes.length);
  const to = new Int32Array(bytes.length);
  let at = 0;
  let byte = 0;
  while (byte < bytes.length) {
    const code = bytes.length === text.length ? 0 : (text.codePointAt(at) ?? 0);
    const units = code > 0xffff ? 2 : 1;
    for (const end = byte + widthOf(code); byte < end; byte += 1) {
      from[byte] = at;
      to[byte] = at + units;
    }
    at += units;
  }
  return { bytes, from, to };
}

/** Bytes of a code point in UTF-8; a lone surrogate takes as many as what stands for it. */
function widthOf(code: number): number {
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}

function unescaped(layer: Layer, escape: RegExp): Layer | undefined {
  const parts: string[] = [];
  const from = new Int32Array(layer.bytes.length);
  const to = new Int32Array(layer.bytes.length);
  let size = 0;
  let last = 0;
  const keep = (until: number): void => {
    parts.push(layer.bytes.slice(last, until));
    from.set(layer.from.subarray(last, until), size);
    to.set(layer.to.subarray(last, until), size);
    size += until - last;
  };
  for (const match of layer.bytes.matchAll(escape)) {
    const end = match.index + match[0].length;
    keep(match.index);
    const meant = meaningOf(match[0]);
    parts.push(meant);
    from.fill(layer.from[match.index] ?? 0, size, size + meant.length);
    to.fill(layer.to[end - 1] ?? 0, size, size + meant.length);
    size += meant.length;
    last = end;
  }
  if (last === 0) return undefined;
  keep(layer.bytes.length);
  return { bytes: parts.join(''), from: from.subarray(0, size), to: to.subarray(0, size) };
}

/** The bytes an escape stands for, never more than it has; U+0000 is nothing, as readers of answers drop it. */
function meaningOf(escape: string): string {
  const [mark = '', kind = ''] = escape;
  if (mark === '%') return String.fromCharCode(Number.parseInt(escape.slice(1), 16)).replace('\0', '');
  if (mark === '&') return entity(escape.slice(1, -1).toLowerCase());
  if (kind === 'u' || kind === 'x') return coded(escape);
  return LETTERS[kind] ?? kind;
}

function entity(name: string): string {
  if (!name.startsWith('#')) return NAMED[name] ?? '';
  return character(name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1)));
}

/** One or two `\uXXXX`, `\u{X}` or `\xXX`: two halves of a surrogate pair are one character. */
function coded(escape: string): string {
  const units = [...escape.matchAll(/[0-9a-f]{1,6}/gi)].map(([digits]) => Number.parseInt(digits, 16));
  return escape.startsWith('\\u{')
    ? character(units[0] ?? 0)
    : bytesOf(String.fromCharCode(...units)).replaceAll('\0', '');
}

function character(code: number): string {
  return code === 0 || code > 0x10ffff ? '' : bytesOf(String.fromCodePoint(code));
}
