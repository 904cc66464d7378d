import { BLOCKS } from '../blocks/index.ts';
import type { BlockType, ReadBlock } from '../blocks/block.ts';
import { isObject } from '../domain/json.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Findings } from './diagnostic.ts';
import type { Draft } from './draft.ts';
import { reportIssues } from './issues.ts';
import { suggestion } from './language/suggest.ts';
import type { YamlFile } from './read.ts';
import { COMMON_KEYS, commonSchema } from './schema.ts';
import type { CommonKeys } from './schema.ts';

/** A block as the file has it, with an id and a type at least. */
export type RawBlock = JsonObject & { readonly id: string; readonly type: string };

/** The blocks of a file that may have other mistakes: those that can be looked at, null for the rest. */
export function rawBlocks(data: Json): (RawBlock | null)[] {
  const blocks = isObject(data) ? data['blocks'] : undefined;
  return Array.isArray(blocks) ? blocks.map((block: Json) => (isRawBlock(block) ? block : null)) : [];
}

function isRawBlock(block: Json): block is RawBlock {
  return isObject(block) && typeof block['id'] === 'string' && typeof block['type'] === 'string';
}

/** A block whose keys were checked, not compiled yet. */
export interface ParsedBlock {
  readonly block: ReadBlock;
  readonly common: CommonKeys;
  readonly draft: Draft;
}

/** Checks the keys of every block; those that cannot go on are left out, with findings. */
export function parseBlocks(blocks: readonly (RawBlock | null)[], yaml: YamlFile, findings: Findings): ParsedBlock[] {
  const seen = new Map<string, number>();
  return blocks.flatMap((raw, index) => {
    if (raw === null) return [];
    const first = seen.get(raw.id);
    if (first === undefined) seen.set(raw.id, index);
    else duplicate(raw.id, index, first, yaml, findings);
    const type = BLOCKS.get(raw.type);
    const parsed =
      type === undefined ? unknownType(raw.type, index, yaml, findings) : parseBlock(raw, index, type, yaml, findings);
    return parsed === null ? [] : [parsed];
  });
}

function duplicate(id: string, index: number, first: number, yaml: YamlFile, findings: Findings): void {
  const { line } = yaml.locate(['blocks', first, 'id']);
  findings.add(
    'duplicate-id',
    yaml.locate(['blocks', index, 'id']),
    `a block "${id}" stands already on line ${line}`,
    'give one of them another id',
  );
}

function unknownType(type: string, index: number, yaml: YamlFile, findings: Findings): null {
  const hint = suggestion(type, BLOCKS.keys()) ?? `block types: ${[...BLOCKS.keys()].join(', ')}`;
  findings.add('unknown-block-type', yaml.locate(['blocks', index, 'type']), `there is no block type "${type}"`, hint);
  return null;
}

function parseBlock(
  raw: JsonObject,
  index: number,
  type: BlockType,
  yaml: YamlFile,
  findings: Findings,
): ParsedBlock | null {
  const base = ['blocks', index];
  const own = Object.fromEntries(Object.entries(raw).filter(([key]) => !COMMON_KEYS.some((common) => common === key)));
  const common = commonSchema.safeParse(raw);
  const block = type.read(own);
  if (!common.success)
    reportIssues(common.error.issues, { file: yaml, findings, base, schema: commonSchema, data: raw });
  if ('issues' in block) {
    const { schema } = type;
    reportIssues(block.issues, { file: yaml, findings, base, schema, data: own, otherKeys: COMMON_KEYS });
  }
  if (!common.success || 'issues' in block) return null;
  return { block, common: common.data, draft: newDraft(raw, common.data, block, index) };
}

function newDraft(raw: JsonObject, common: CommonKeys, block: ReadBlock, index: number): Draft {
  const { id, note, save_as: saveAs } = common;
  return {
    id,
    type: common.type,
    index,
    path: ['blocks', index],
    ...(note === undefined ? {} : { note }),
    label: labelOf(raw),
    exits: [],
    jumps: [],
    emits: [],
    actions: [],
    reads: [],
    texts: [],
    sets: [...block.sets(id), ...(saveAs === undefined ? [] : [saveAs])],
    next: null,
    waits: false,
  };
}

/** What a block is about, for the graph. */
function labelOf(raw: JsonObject): string {
  const text = raw['text'] ?? raw['expression'] ?? raw['url'] ?? raw['variable'] ?? raw['flow'] ?? raw['action'];
  return typeof text === 'string' ? text : '';
}
