import type { Place } from '../domain/place.ts';
import type { BlockChange } from './changes.ts';
import { compileFlow } from './compile.ts';
import { hasErrors } from './diagnostic.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Difference } from './differences.ts';
import { compileIntegration } from './integration.ts';
import { brokenPlan, filePlan, gonePlan, removedPlan } from './planned.ts';
import type { CompiledFile, Live } from './planned.ts';
import { checkProject, idOf } from './project.ts';
import type { SourceFile } from './project.ts';
import { isIntegrationFile } from './sources.ts';

/** What a deploy would do: to the flows, and to those who are in the middle of one. */
export interface Plan {
  readonly flows: readonly FlowPlan[];
  /** Errors of the new files: those that have one do not go live. */
  readonly problems: readonly Diagnostic[];
  /** Conversations that stand where the new files have nothing, and nothing says where they go. */
  readonly attention: number;
}

/** What a deploy would do to one flow. */
export interface FlowPlan {
  readonly flow: string;
  readonly file: string;
  /** `broken`: the new file has errors, so what is live stays. `gone`: only those who are still in it know the flow. */
  readonly kind: 'added' | 'changed' | 'removed' | 'same' | 'broken' | 'gone';
  /** Versions: the hashes of the files. */
  readonly before?: string;
  readonly after?: string;
  readonly blocks: readonly BlockPlan[];
  /** What differs outside the blocks. */
  readonly settings: readonly Difference[];
  readonly moved: readonly MovedPlan[];
  /** Conversations that are in the flow now. */
  readonly running: Standing;
  /** Those of them that will be on an older version than the live one, and stay there. */
  readonly older: number;
  /** Live flows that call this one although it goes, and how many conversations are in them. */
  readonly callers: readonly { readonly flow: string; readonly conversations: number }[];
  /** Conversations of this flow that somebody should decide about. */
  readonly attention: number;
}

/** A block that is not as it was, and who stands on it. */
export interface BlockPlan extends BlockChange {
  readonly standing: Standing;
  /** Of those, the ones that no line of `moved` takes along; 0 for blocks that stay. */
  readonly attention: number;
  /** The block that most likely is this one under another id. */
  readonly renamed?: string;
}

/** A line of `moved`, and whom it takes along. */
export interface MovedPlan {
  readonly from: string;
  readonly to: string;
  readonly standing: Standing;
}

/** How many conversations, and the first ten of them. */
export interface Standing {
  readonly count: number;
  readonly conversations: readonly string[];
}

/** The files that are live, those that are to be, and where conversations stand. With `partial` the other flows stay. */
export interface PlanInput {
  readonly before: readonly SourceFile[];
  readonly after: readonly SourceFile[];
  readonly places: readonly Place[];
  readonly partial?: boolean;
  /** What is wrong with new files that could not be opened. */
  readonly unopened?: readonly Diagnostic[];
}

/** What deploying some files would do. Pure: the caller reads the files and asks where conversations stand. */
export function planOf(input: PlanInput): Plan {
  const live = liveOf(input);
  const { files, diagnostics } = checkProject(completed(input, live));
  const flows = files.map((file) => {
    const bad = file.flow === null || hasErrors(diagnostics.filter((found) => found.file === file.file));
    return bad ? brokenPlan(file, live) : filePlan(file, live);
  });
  const errors = [...(input.unopened ?? []), ...diagnostics.filter(({ severity }) => severity === 'error')];
  const staying = new Set([...flows.map(({ flow }) => flow), ...keptBy(errors, live)]);
  const removed = [...live.files.keys()].filter((id) => !staying.has(id)).map((id) => removedPlan(id, live));
  const unknown = input.places.map(({ flow }) => flow).filter((id) => !staying.has(id) && !live.files.has(id));
  const gone = [...new Set(unknown)].map((id) => gonePlan(id, live));
  const all = [...flows, ...removed, ...gone].sort((a, b) => a.flow.localeCompare(b.flow));
  return { flows: all, problems: errors, attention: all.reduce((sum, flow) => sum + flow.attention, 0) };
}

function liveOf({ before, places }: PlanInput): Live {
  const files = before.map(compiled).flatMap((file) => {
    const id = idOf(file);
    return id === undefined ? [] : [[id, file] as const];
  });
  return { files: new Map(files), places };
}

/** With a part of the files, the other flows and integrations are those that are live. */
function completed({ after, before, partial }: PlanInput, live: Live): readonly SourceFile[] {
  if (partial !== true) return after;
  const named = new Set(after.filter(isIntegrationFile).map(integrationId));
  const integrations = before.filter((file) => isIntegrationFile(file) && !named.has(integrationId(file)));
  const ids = new Set(after.map((file) => idOf(compiled(file))));
  const flows = [...live.files].flatMap(([id, { file, text }]) => (ids.has(id) ? [] : [{ file, text }]));
  return [...after, ...integrations, ...flows];
}

function integrationId({ text, file }: SourceFile): string | undefined {
  return compileIntegration(text, file).id;
}

function compiled(file: SourceFile): CompiledFile {
  return { ...file, ...compileFlow(file.text, file.file) };
}

/** A file that cannot be read does not say which flow it is: what was live from a file of its name stays. */
function keptBy(errors: readonly Diagnostic[], live: Live): string[] {
  const files = new Set(errors.map(({ file }) => baseName(file)));
  return [...live.files].filter(([, { file }]) => files.has(baseName(file))).map(([id]) => id);
}

function baseName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}
