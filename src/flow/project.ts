import type { Flow } from '../domain/flow.ts';
import { compileFlow } from './compile.ts';
import type { Compiled } from './compile.ts';
import { Findings } from './diagnostic.ts';
import type { Diagnostic } from './diagnostic.ts';
import { suggestion } from './language/suggest.ts';

/** A file's name as messages show it, and its text. */
export interface SourceFile {
  readonly file: string;
  readonly text: string;
}

/** All flows of a folder, compiled one by one and held against each other. */
export interface Project {
  readonly files: readonly (SourceFile & Compiled)[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Compiles and checks a set of files. `compile` may remember what it compiled before. */
export function checkProject(sources: readonly SourceFile[], compile = compileFlow): Project {
  const files = sources.map((source) => ({ ...source, ...compile(source.text, source.file) }));
  const across = files.flatMap((file) => crossFindings(file, files));
  const diagnostics = files.flatMap((file) => [...file.diagnostics, ...across.filter((d) => d.file === file.file)]);
  return {
    files,
    diagnostics: diagnostics.sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column),
  };
}

type CheckedFile = SourceFile & Compiled;

function crossFindings(file: CheckedFile, files: readonly CheckedFile[]): Diagnostic[] {
  const findings = new Findings(file.file);
  checkId(file, files, findings);
  checkJumps(file, files, findings);
  checkKeywords(file, files, findings);
  return findings.list();
}

function idOf(file: CheckedFile): string | undefined {
  const data = file.yaml?.data;
  const id = typeof data === 'object' && data !== null && 'flow' in data ? data.flow : undefined;
  return typeof id === 'string' ? id : undefined;
}

function checkId(file: CheckedFile, files: readonly CheckedFile[], findings: Findings): void {
  const id = idOf(file);
  const first = files.find((other) => idOf(other) === id);
  if (id === undefined || first === undefined || first === file) return;
  findings.add(
    'duplicate-flow',
    file.yaml?.locate(['flow']) ?? { line: 1, column: 1 },
    `the flow id "${id}" is taken by ${first.file}`,
    'ids are unique: choose another',
  );
}

function checkJumps(file: CheckedFile, files: readonly CheckedFile[], findings: Findings): void {
  const ids = files.flatMap((other) => idOf(other) ?? []);
  for (const jump of file.drafts.flatMap((draft) => draft.jumps)) {
    const at = file.yaml?.locate(jump.path) ?? { line: 1, column: 1 };
    const target = files.find((other) => idOf(other) === jump.flow);
    if (target === undefined)
      findings.add('unknown-flow', at, `there is no flow "${jump.flow}"`, suggestion(jump.flow, ids));
    else if (
      jump.block !== undefined &&
      target.drafts.length > 0 &&
      !target.drafts.some((draft) => draft.id === jump.block)
    ) {
      const blocks = target.drafts.map((draft) => draft.id);
      findings.add(
        'unknown-target',
        at,
        `the flow "${jump.flow}" has no block "${jump.block}"`,
        suggestion(jump.block, blocks),
      );
    }
  }
}

function checkKeywords(file: CheckedFile, files: readonly CheckedFile[], findings: Findings): void {
  for (const [keyword, index] of keywordsOf(file.flow)) {
    const other = files.find((f) => f !== file && keywordsOf(f.flow).has(keyword) && overlap(f.flow, file.flow));
    if (other === undefined || file.yaml === null) continue;
    findings.add(
      'same-keyword',
      file.yaml.locate(['triggers', index]),
      `the keyword "${keyword}" also starts the flow "${other.flow?.id ?? ''}"`,
      'a message starts one flow: give them different keywords or channels',
    );
  }
}

function keywordsOf(flow: Flow | null): Map<string, number> {
  const entries = (flow?.triggers ?? []).flatMap((trigger, i) =>
    trigger.kind === 'keywords' ? trigger.keywords.map((words) => [words.join(' '), i] as const) : [],
  );
  return new Map(entries);
}

function overlap(a: Flow | null, b: Flow | null): boolean {
  const [one, other] = [a?.channels ?? null, b?.channels ?? null];
  return one === null || other === null || one.some((channel) => other.includes(channel));
}
