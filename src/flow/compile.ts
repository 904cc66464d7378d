import { createHash } from 'node:crypto';
import type { Behaviour } from '../blocks/block.ts';
import type { Flow, FlowBlock } from '../domain/flow.ts';
import type { Outcome, Target, Turn } from '../domain/turn.ts';
import { analyse } from './analyse.ts';
import { Findings } from './diagnostic.ts';
import type { Diagnostic } from './diagnostic.ts';
import { parseTarget } from './draft.ts';
import type { Draft } from './draft.ts';
import { reportIssues } from './issues.ts';
import { createKit } from './kit.ts';
import type { KnownNames } from './language/names.ts';
import { compileMoved } from './moved.ts';
import { parseBlocks, rawBlocks } from './parse.ts';
import type { ParsedBlock } from './parse.ts';
import { readYaml } from './read.ts';
import type { YamlFile } from './read.ts';
import { flowSchema } from './schema.ts';
import type { FlowFile } from './schema.ts';
import { compileSettings } from './settings.ts';
import { compileTriggers } from './triggers.ts';
import { collectNames, defaultsOf } from './variables.ts';

/** What compiling a file gave: a flow if it has no errors, and what was found in any case. */
export interface Compiled {
  readonly flow: Flow | null;
  readonly diagnostics: readonly Diagnostic[];
  /** One per block, in file order: the graph and the checks over several files work on these. */
  readonly drafts: readonly Draft[];
  /** Where things stand, for findings made later; null when the file could not be read. */
  readonly yaml: YamlFile | null;
}

/** Compiles one flow file. Never throws for what an author wrote. */
export function compileFlow(text: string, file: string): Compiled {
  const findings = new Findings(file);
  const yaml = readYaml(text, findings);
  const parsed = yaml === null ? null : flowSchema.safeParse(yaml.data);
  if (yaml === null || parsed === null) return { flow: null, diagnostics: findings.list(), drafts: [], yaml };
  if (!parsed.success) {
    reportIssues(parsed.error.issues, { file: yaml, findings, base: [], schema: flowSchema, data: yaml.data });
    parseBlocks(rawBlocks(yaml.data), yaml, findings);
    return { flow: null, diagnostics: findings.list(), drafts: [], yaml };
  }
  const blocks = parseBlocks(rawBlocks(yaml.data), yaml, findings);
  const known = collectNames(parsed.data, blocks, yaml, findings);
  const drafts = blocks.map(({ draft }) => draft);
  const on = { yaml, findings, known, blocks: drafts };
  const compiled = blocks.map((block, i) => compileBlock(block, blocks[i + 1], on));
  const settings = compileSettings(parsed.data, yaml, findings);
  analyse({ file: parsed.data, yaml, findings, drafts, settings });
  const moved = compileMoved(parsed.data, yaml, findings);
  const triggers = compileTriggers(parsed.data, yaml, findings);
  const facts = { file, version: versionOf(text), settings, moved, triggers };
  const flow = findings.failed ? null : assemble(parsed.data, compiled, facts);
  return { flow, diagnostics: findings.list(), drafts, yaml };
}

/** The name of a flow version: a hash of its source. */
export function versionOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function assemble(
  file: FlowFile,
  blocks: readonly FlowBlock[],
  facts: Pick<Flow, 'file' | 'version' | 'settings' | 'moved' | 'triggers'>,
): Flow {
  return {
    id: file.flow,
    name: file.name ?? file.flow,
    channels: file.channels ?? null,
    ...(file.language === undefined ? {} : { language: file.language }),
    defaults: defaultsOf(file),
    declared: new Set(Object.keys(file.variables ?? {})),
    first: blocks[0]?.id ?? '',
    blocks: new Map(blocks.map((block) => [block.id, block])),
    ...facts,
  };
}

interface FlowContext {
  readonly yaml: YamlFile;
  readonly findings: Findings;
  readonly known: KnownNames;
  readonly blocks: readonly Draft[];
}

function compileBlock(
  { block, common, draft }: ParsedBlock,
  below: ParsedBlock | undefined,
  on: FlowContext,
): FlowBlock {
  const next = nextOf(common.next, below);
  draft.next = next;
  const kit = createKit(draft, {
    file: on.yaml,
    findings: on.findings,
    known: on.known,
    blocks: on.blocks,
    next: { kind: 'go', to: next },
  });
  const behaviour = block.compile(kit);
  draft.waits = behaviour.resume !== undefined || behaviour.returned !== undefined;
  const { line } = on.yaml.locate([...draft.path, 'id']);
  return { id: common.id, type: draft.type, line, ...saving(behaviour, common.id, common.save_as) };
}

function nextOf(written: string | undefined, below: ParsedBlock | undefined): Target {
  if (written !== undefined) return parseTarget(written);
  return below === undefined ? { kind: 'end' } : { kind: 'block', id: below.common.id };
}

/** `save_as` adds a second name for what the block stored under its id. */
function saving(behaviour: Behaviour, id: string, saveAs: string | undefined): Behaviour {
  if (saveAs === undefined) return behaviour;
  const { enter, resume, returned } = behaviour;
  const copy = (turn: Turn, outcome: Outcome): Outcome => {
    const value = turn.variables[id];
    if (value !== undefined) turn.set(saveAs, value);
    return outcome;
  };
  return {
    enter: (turn) => copy(turn, enter(turn)),
    ...(resume === undefined ? {} : { resume: (turn, entry) => copy(turn, resume(turn, entry)) }),
    ...(returned === undefined ? {} : { returned: (turn, result) => copy(turn, returned(turn, result)) }),
  };
}
