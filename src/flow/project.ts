import { checkLimits } from './checks/limits.ts';
import type { ChannelLimits } from './checks/limits.ts';
import { checkKeywords, checkTriggers, keywordsOf } from './checks/starts.ts';
import type { Keywords } from './checks/starts.ts';
import { checkUnused } from './checks/unused.ts';
import { compileFlow } from './compile.ts';
import type { Compiled } from './compile.ts';
import { Findings } from './diagnostic.ts';
import type { Diagnostic } from './diagnostic.ts';
import { checkEventLoops } from './event-loops.ts';
import { checkActions, checkIntegrations } from './integration-checks.ts';
import type { CheckedIntegration } from './integration-checks.ts';
import { suggestion } from './language/suggest.ts';
import { isIntegrationFile } from './sources.ts';
import type { SourceFile } from './sources.ts';

export type { SourceFile } from './sources.ts';

/** All flows and custom integrations of a folder, compiled one by one and held against each other. */
export interface Project {
  /** The files with flows. */
  readonly files: readonly (SourceFile & Compiled)[];
  readonly integrations: readonly CheckedIntegration[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What checking may be given. */
export interface CheckOptions {
  /** May remember what it compiled before. */
  readonly compile?: typeof compileFlow;
  /** What the channels can show; without it no flow is held against them. */
  readonly limits?: ChannelLimits;
}

/** Compiles and checks a set of files. */
export function checkProject(sources: readonly SourceFile[], options: CheckOptions = {}): Project {
  const { compile = compileFlow, limits = new Map() } = options;
  const integrations = checkIntegrations(sources.filter(isIntegrationFile));
  const files = sources
    .filter((source) => !isIntegrationFile(source))
    .map((source) => ({ ...source, ...compile(source.text, source.file) }));
  const around: Around = { files, integrations, limits, keywords: keywordsOf(files), called: calledFlows(files) };
  const diagnostics = files.flatMap((file) => [...file.diagnostics, ...crossFindings(file, around)]);
  diagnostics.push(...integrations.flatMap((file) => file.diagnostics));
  return {
    files,
    integrations,
    diagnostics: diagnostics.sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column),
  };
}

type CheckedFile = SourceFile & Compiled;

/** What a flow is held against. */
interface Around {
  readonly files: readonly CheckedFile[];
  readonly integrations: readonly CheckedIntegration[];
  readonly limits: ChannelLimits;
  readonly keywords: Keywords;
  /** Ids of flows that others call and come back from. */
  readonly called: ReadonlySet<string>;
}

function calledFlows(files: readonly CheckedFile[]): Set<string> {
  const jumps = files.flatMap(({ drafts }) => drafts.flatMap((draft) => draft.jumps));
  return new Set(jumps.filter(({ returns }) => returns === true).map(({ flow }) => flow));
}

function crossFindings(file: CheckedFile, around: Around): Diagnostic[] {
  const { files, integrations, limits, keywords, called } = around;
  const findings = new Findings(file.file);
  checkId(file, files, findings);
  checkJumps(file, files, findings);
  checkKeywords(file, keywords, findings);
  checkTriggers(file, files, findings);
  checkEventLoops(file, files, findings);
  if (file.yaml !== null) {
    const actions = file.drafts.flatMap((draft) => draft.actions);
    checkActions(actions, integrations, file.yaml, findings);
    checkLimits(file.yaml, file.drafts, limits, findings);
    if (file.flow !== null) checkUnused(file.yaml, file.drafts, called.has(file.flow.id), findings);
  }
  return findings.list();
}

/** The flow id a file states, also when the file has mistakes. */
export function idOf(file: CheckedFile): string | undefined {
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
