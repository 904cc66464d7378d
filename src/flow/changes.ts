import { isObject } from '../domain/json.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Compiled } from './compile.ts';
import { differences, same } from './differences.ts';
import type { Difference } from './differences.ts';
import { targetText } from './draft.ts';
import type { Draft } from './draft.ts';
import { rawBlocks } from './parse.ts';

/** What an edit did to one block. Its place in the file does not count; where it leads does. */
export interface BlockChange {
  readonly id: string;
  readonly type: string;
  readonly kind: 'added' | 'removed' | 'changed';
  readonly differences: readonly Difference[];
  /** Exits that lead elsewhere, `next` included, also where it is not written down. */
  readonly exits: readonly Difference[];
}

/** What an edit did to the blocks of a flow, removed ones first, then in the order of the new file. */
export function blockChanges(before: Compiled, after: Compiled): BlockChange[] {
  const [old, now] = [blocksOf(before), blocksOf(after)];
  const removed = [...old.values()].filter(({ id }) => !now.has(id)).map((block) => whole(block, 'removed'));
  const rest = [...now.values()].flatMap((block) => {
    const was = old.get(block.id);
    return was === undefined ? [whole(block, 'added')] : changed(was, block);
  });
  return [...removed, ...rest];
}

/** What differs outside the blocks, notes aside. */
export function settingChanges(before: Compiled, after: Compiled): Difference[] {
  const first = differences(before.flow?.first, after.flow?.first, 'first block');
  return [...differences(settingsOf(before), settingsOf(after)), ...first];
}

/**
 * The added block that most likely is a removed one under another id: the same but for its name, or the only new one of
 * its type.
 */
export function renamed(removed: string, before: Compiled, after: Compiled): string | undefined {
  const old = blocksOf(before).get(removed);
  const known = blocksOf(before);
  const added = [...blocksOf(after).values()].filter(({ id, type }) => !known.has(id) && type === old?.type);
  const twin = added.find(({ content }) => same(content, old?.content));
  return (twin ?? (added.length === 1 ? added[0] : undefined))?.id;
}

interface Block {
  readonly id: string;
  readonly type: string;
  readonly content: JsonObject;
  readonly draft: Draft;
}

function blocksOf({ yaml, drafts }: Compiled): Map<string, Block> {
  const raw = rawBlocks(yaml?.data ?? null);
  return new Map(
    drafts.map((draft) => {
      const block: JsonObject = raw[draft.index] ?? {};
      const { id: _, note: __, ...content } = block;
      return [draft.id, { id: draft.id, type: draft.type, content, draft }];
    }),
  );
}

function whole({ id, type }: Block, kind: 'added' | 'removed'): BlockChange {
  return { id, type, kind, differences: [], exits: [] };
}

function changed(before: Block, after: Block): BlockChange[] {
  const wired = new Set([...exitPaths(before.draft), ...exitPaths(after.draft)]);
  const content = differences(before.content, after.content).filter(({ path }) => !wired.has(path));
  const exits = differences(exitsOf(before.draft), exitsOf(after.draft));
  if (content.length === 0 && exits.length === 0) return [];
  return [{ id: after.id, type: after.type, kind: 'changed', differences: content, exits }];
}

/** Keys that are told as exits, so that they are not told twice. */
function exitPaths({ exits, path }: Draft): string[] {
  const keys = exits.map((exit) =>
    exit.path
      .slice(path.length)
      .map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`))
      .join(''),
  );
  return ['next', ...keys];
}

function exitsOf({ exits, next }: Draft): JsonObject {
  const named: Record<string, Json> = {};
  for (const { name, target } of exits) {
    let key = name;
    for (let n = 2; Object.hasOwn(named, key); n += 1) key = `${name} (${n})`;
    if (target !== undefined) named[key] = targetText(target);
  }
  return next === null ? named : { ...named, next: targetText(next) };
}

function settingsOf({ yaml }: Compiled): JsonObject {
  if (!isObject(yaml?.data)) return {};
  const { blocks: _, note: __, flow: ___, ...settings } = yaml.data;
  return settings;
}
