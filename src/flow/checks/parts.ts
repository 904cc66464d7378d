import { own } from '../../domain/json.ts';
import type { Json } from '../../domain/json.ts';
import type { Draft, Written } from '../draft.ts';
import { splitTemplate } from '../language/parts.ts';
import type { DataPath, YamlFile } from '../read.ts';

/** A text of a block and how many characters it has at least: what references fill in is not known before. */
export interface Said {
  readonly path: DataPath;
  readonly length: number;
  /** True when nothing is filled in. */
  readonly exact: boolean;
}

/** Options that a block offers under one key, each with its label and the line below it. */
export interface Offered {
  readonly key: string;
  readonly path: DataPath;
  readonly labels: readonly (Said & { readonly text: string })[];
  readonly descriptions: readonly Said[];
}

/** What a block shows to the contact, read from the texts it compiled. */
export interface Parts {
  readonly texts: readonly Said[];
  readonly captions: readonly Said[];
  /** What is pressed to open a list. */
  readonly openers: readonly Said[];
  readonly offers: readonly Offered[];
}

/** Keys whose options a contact picks from. */
const OPTIONS = new Set(['buttons', 'choices', 'quick_replies']);

/**
 * Sorts the texts of a block by what they are. A text under `text` or `message` is said to the contact, wherever it
 * stands in the block; one under an index of `buttons`, `choices`, `quick_replies` or `list.options` is a label.
 */
export function partsOf(draft: Draft): Parts {
  const named = (...keys: readonly string[]): Said[] =>
    draft.texts.filter(({ path }) => keys.includes(String(path.at(-1)))).map((written) => saidOf(draft, written));
  const openers = draft.texts.filter(({ path }) => path.join('.') === 'list.label');
  return {
    texts: named('text', 'message'),
    captions: named('caption'),
    openers: openers.map((written) => saidOf(draft, written)),
    offers: offersOf(draft),
  };
}

/** A block as its file has it. */
export function rawBlock(yaml: Pick<YamlFile, 'data'>, draft: Draft): Json | undefined {
  const blocks = own(yaml.data, 'blocks');
  return Array.isArray(blocks) ? (blocks[draft.index] ?? undefined) : undefined;
}

function offersOf(draft: Draft): Offered[] {
  const groups = new Map<string, { labels: Written[]; descriptions: Written[] }>();
  for (const written of draft.texts) {
    const at = optionPath(written.path);
    if (at === null) continue;
    const key = at.join('.');
    const group = groups.get(key) ?? { labels: [], descriptions: [] };
    groups.set(key, group);
    (written.path.at(-1) === 'description' ? group.descriptions : group.labels).push(written);
  }
  return [...groups].map(([key, { labels, descriptions }]) => ({
    key,
    path: [...draft.path, ...key.split('.')],
    labels: unique(labels).map((written) => ({ ...saidOf(draft, written), text: written.template })),
    descriptions: unique(descriptions).map((written) => saidOf(draft, written)),
  }));
}

/** The keys before the index of an option, or null for texts that are no options. */
function optionPath([first, second]: DataPath): readonly string[] | null {
  if (first === 'list' && second === 'options') return ['list', 'options'];
  return typeof first === 'string' && OPTIONS.has(first) && typeof second === 'number' ? [first] : null;
}

/** A block may compile the same text for two uses. */
function unique(all: readonly Written[]): Written[] {
  return [...new Map(all.map((written) => [written.path.join('.'), written])).values()];
}

function saidOf(draft: Draft, { template, path }: Written): Said {
  const parts = splitTemplate(template);
  const length = parts.reduce((sum, part) => sum + (part.kind === 'text' ? part.text.length : 0), 0);
  return { path: [...draft.path, ...path], length, exact: parts.every(({ kind }) => kind === 'text') };
}
