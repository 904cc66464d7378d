import { isObject, own } from '../../domain/json.ts';
import type { Findings } from '../diagnostic.ts';
import type { Draft } from '../draft.ts';
import type { YamlFile } from '../read.ts';
import { rawBlock } from './parts.ts';

/** Block types whose one purpose is to set a variable. */
const SETTERS = new Set(['set_variable', 'formula']);

/**
 * Variables that are declared and used by no block, and those that are set on purpose and never read. A flow that
 * hands out all it has (`@flow`, a webhook without a body) reads everything, and so does one that was called.
 */
export function checkUnused(yaml: YamlFile, drafts: readonly Draft[], called: boolean, findings: Findings): void {
  const read = new Set(drafts.flatMap(({ reads }) => reads.map(({ variable }) => variable)));
  const set = new Set(drafts.flatMap(({ sets }) => sets));
  const declared = own(yaml.data, 'variables');
  for (const name of Object.keys(isObject(declared) ? declared : {})) {
    if (read.has(name) || set.has(name) || called || readsAll(yaml, drafts)) continue;
    findings.add('unused-variable', yaml.locateKey(['variables', name]), `no block uses "${name}"`, 'remove it');
  }
  if (called || readsAll(yaml, drafts)) return;
  for (const draft of drafts) {
    for (const name of setOnPurpose(yaml, draft)) {
      if (read.has(name)) continue;
      findings.add(
        'never-read',
        yaml.locate([...draft.path, 'id']),
        `${draft.id} sets "${name}", and nothing in this flow reads it`,
      );
    }
  }
}

function setOnPurpose(yaml: YamlFile, draft: Draft): readonly string[] {
  if (SETTERS.has(draft.type)) return draft.sets;
  const saved = own(rawBlock(yaml, draft), 'save_as');
  return typeof saved === 'string' ? [saved] : [];
}

function readsAll(yaml: YamlFile, drafts: readonly Draft[]): boolean {
  const posts = drafts.some((draft) => draft.type === 'webhook' && own(rawBlock(yaml, draft), 'body') === undefined);
  return posts || /@flow(?!\.?[\w.])|\bflow\b(?!\.)\s*[)\]]/i.test(JSON.stringify(yaml.data));
}
