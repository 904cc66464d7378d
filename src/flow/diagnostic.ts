import { CODES } from './codes.ts';
import type { Code, Severity } from './codes.ts';

/** One finding in a file. Lines and columns count from 1, as editors do. */
export interface Diagnostic {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly severity: Severity;
  readonly code: Code;
  readonly message: string;
  readonly hint?: string;
}

/** A place in a file, counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Collects the findings of one file. */
export class Findings {
  readonly file: string;
  private readonly found: Diagnostic[] = [];
  private readonly seen = new Set<string>();

  constructor(file: string) {
    this.file = file;
  }

  /** The same finding at the same place counts once. */
  add(code: Code, at: Position, message: string, hint?: string): void {
    const same = `${at.line}:${at.column} ${code} ${message}`;
    if (this.seen.has(same)) return;
    this.seen.add(same);
    this.found.push({
      file: this.file,
      ...at,
      severity: CODES[code].severity,
      code,
      message,
      ...(hint === undefined ? {} : { hint }),
    });
  }

  /** All findings in the order of their places. */
  list(): Diagnostic[] {
    return [...this.found].sort((a, b) => a.line - b.line || a.column - b.column);
  }

  get failed(): boolean {
    return this.found.some((d) => d.severity === 'error');
  }
}

/** True when a list of findings keeps a file from going live. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((d) => d.severity === 'error');
}

/** `file:line:column: severity code: message` with the hint on a line of its own. */
export function formatDiagnostic(d: Diagnostic): string {
  const head = `${d.file}:${d.line}:${d.column}: ${d.severity} ${d.code}: ${d.message}`;
  return d.hint === undefined ? head : `${head}\n    hint: ${d.hint}`;
}
