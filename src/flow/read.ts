import { Lexer, LineCounter, Parser, isAlias, isMap, isPair, isScalar, isSeq, parseDocument } from 'yaml';
import type { Document, Node, Scalar } from 'yaml';
import { FORBIDDEN_NAMES } from '../domain/json.ts';
import type { Json } from '../domain/json.ts';
import type { Findings, Position } from './diagnostic.ts';

/** Limits on what is read: nothing in a flow file can make the server slow or fall over. */
const MAX_BYTES = 256 * 1024;
const MAX_DEPTH = 64;
const MAX_ALIASES = 100;

/** A path into the file's data. */
export type DataPath = readonly (string | number)[];

/** A YAML file as data, with the place of every value. */
export interface YamlFile {
  readonly data: Json;
  /** Where the value at a path stands; the nearest parent when the path leads nowhere. */
  locate(path: DataPath): Position;
  /** Where the key of a mapping's entry stands. */
  locateKey(path: DataPath): Position;
  /** Where the character at an offset of a text value stands. */
  locateIn(path: DataPath, offset: number): Position;
}

/**
 * Reads YAML 1.2 (core schema) and reports what is wrong with it. Answers null when there is nothing to
 * go on with. Depth and aliases are counted before anything is built, so no file can exhaust the stack.
 */
export function readYaml(text: string, findings: Findings): YamlFile | null {
  const start = { line: 1, column: 1 };
  if (Buffer.byteLength(text) > MAX_BYTES) {
    findings.add(
      'yaml-too-large',
      start,
      `the file has ${Math.round(Buffer.byteLength(text) / 1024)} KiB; the limit is ${MAX_BYTES / 1024} KiB`,
    );
    return null;
  }
  if (text.includes('\uFFFD')) findings.add('yaml-encoding', start, 'the file is not UTF-8 text', 'save it as UTF-8');
  const lines = new LineCounter();
  if (!scan(text, lines, findings)) return null;
  const counter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: counter,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
  });
  // What comes after the first mistake mostly comes from it.
  const [problem] = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  if (problem !== undefined) {
    const at = place(counter, problem.pos[0]);
    findings.add('yaml-syntax', at, plain(problem.message), syntaxHint(problem.message));
  }
  if (findings.failed) return null;
  checkNodes(document.contents, counter, findings);
  return findings.failed ? null : { data: toData(document, findings), ...places(document, counter, text) };
}

/** Goes over the tokens without recursion and stops at the first that nests too deep or is one alias too many. */
function scan(text: string, lines: LineCounter, findings: Findings): boolean {
  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  let aliases = 0;
  let offset = 0;
  for (const token of new Lexer().lex(text)) {
    for (const _ of parser.next(token)) continue;
    offset += token.length;
    if (token.startsWith('*') && token.length > 1) aliases += 1;
    if (parser.stack.length > MAX_DEPTH) {
      findings.add(
        'yaml-too-deep',
        place(lines, Math.max(0, offset - 1)),
        `values are nested more than ${MAX_DEPTH} deep here`,
      );
      return false;
    }
    if (aliases > MAX_ALIASES) {
      findings.add(
        'yaml-aliases',
        place(lines, Math.max(0, offset - 1)),
        `the file uses more than ${MAX_ALIASES} aliases`,
      );
      return false;
    }
  }
  return true;
}

function toData(document: Document, findings: Findings): Json {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES }) as Json;
  } catch {
    findings.add('yaml-aliases', { line: 1, column: 1 }, `the file expands to more than ${MAX_ALIASES} aliases`);
    return null;
  }
}

function place(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

/** Keys that stand twice, and numbers whose spelling YAML would lose. Linear, unlike the parser's own check. */
function checkNodes(root: unknown, lines: LineCounter, findings: Findings): void {
  const open: unknown[] = [root];
  while (open.length > 0) {
    const node = open.pop();
    if (isMap(node)) {
      checkKeys(node.items, lines, findings);
      open.push(...node.items);
    } else if (isSeq(node)) open.push(...node.items);
    else if (isPair(node)) open.push(node.value);
    else if (isScalar(node)) checkNumber(node, lines, findings);
  }
}

function checkKeys(pairs: readonly { key: unknown }[], lines: LineCounter, findings: Findings): void {
  const seen = new Map<string, Position>();
  for (const { key } of pairs) {
    if (!isScalar(key)) continue;
    const at = place(lines, key.range?.[0] ?? 0);
    if (FORBIDDEN_NAMES.has(String(key.value)))
      findings.add(
        'reserved-name',
        at,
        `"${String(key.value)}" reaches into the machinery and is refused everywhere`,
        'choose another name',
      );
    const first = seen.get(String(key.value));
    if (first === undefined) seen.set(String(key.value), at);
    else
      findings.add(
        'yaml-duplicate-key',
        at,
        `"${String(key.value)}" stands here a second time; the first is on line ${first.line}`,
      );
  }
}

function checkNumber(node: Scalar, lines: LineCounter, findings: Findings): void {
  const { source, value } = node;
  if (typeof value !== 'number' || source === undefined || !/^[+0-9]/.test(source)) return;
  const lost = source.startsWith('+') || /^0\d/.test(source) || (/^\d+$/.test(source) && source !== String(value));
  if (lost)
    findings.add(
      'number-spelling',
      place(lines, node.range?.[0] ?? 0),
      `${source} is read as the number ${value}`,
      `write "${source}" in quotes to keep it as text`,
    );
}

function places(document: Document, lines: LineCounter, text: string): Omit<YamlFile, 'data'> {
  const nodeAt = (path: DataPath): Node | null => findNode(document, path);
  const locate = (path: DataPath): Position => {
    for (let length = path.length; length >= 0; length -= 1) {
      const start = nodeAt(path.slice(0, length))?.range?.[0];
      if (start !== undefined) return place(lines, start);
    }
    return { line: 1, column: 1 };
  };
  return {
    locate,
    locateKey: (path) => {
      const parent = nodeAt(path.slice(0, -1));
      const pair = isMap(parent)
        ? parent.items.find((p) => isScalar(p.key) && String(p.key.value) === String(path.at(-1)))
        : undefined;
      const start = isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
      return start === undefined ? locate(path) : place(lines, start);
    },
    locateIn: (path, offset) => {
      const node = nodeAt(path);
      return isScalar(node) && node.range ? place(lines, offsetIn(node, offset, text)) : locate(path);
    },
  };
}

/** Offset in the file of a character of a text: exact for plain texts, the right line for block texts. */
function offsetIn(node: Scalar, offset: number, text: string): number {
  const [start, end] = node.range ?? [0, 0];
  if (node.type === 'PLAIN') return Math.min(start + offset, end);
  if (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE') return Math.min(start + 1 + offset, end);
  const before = String(node.value).slice(0, offset).split('\n');
  let line = text.indexOf('\n', start) + 1;
  for (let skipped = 1; skipped < before.length; skipped += 1) line = text.indexOf('\n', line) + 1;
  const indent = /^ */.exec(text.slice(line))?.[0].length ?? 0;
  return Math.min(line + indent + (before.at(-1)?.length ?? 0), end);
}

function findNode(document: Document, path: DataPath): Node | null {
  let node: unknown = document.contents;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node))
      node = node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(step))?.value;
    else if (isSeq(node)) node = node.items[Number(step)];
    else return null;
  }
  return (node ?? null) as Node | null;
}

function plain(message: string): string {
  if (/multiple documents/.test(message)) return 'the file holds more than one document';
  return message.replace(/\s*\n[\s\S]*$/, '');
}

function syntaxHint(message: string): string | undefined {
  if (/tab/i.test(message)) return 'indent with spaces; YAML does not allow tabs';
  if (/Unresolved tag/.test(message)) return 'tags such as !name are not used in flows; write the value in quotes';
  if (/multiple documents/.test(message)) return 'one file holds one flow; remove the line with ---';
  return /implicit map key|Nested mappings|not allowed/.test(message)
    ? 'a text with ": " or " #" in it needs quotes'
    : undefined;
}
