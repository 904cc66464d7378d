import { own } from '../../domain/json.ts';
import type { Limits } from '../../domain/limits.ts';
import { parseSpan } from '../../domain/span.ts';
import type { Findings } from '../diagnostic.ts';
import type { Draft } from '../draft.ts';
import type { DataPath, YamlFile } from '../read.ts';
import { partsOf, rawBlock } from './parts.ts';

/** Where a block waits for a length of time, and the exit by which it goes on then; without one it is the block's own way on. */
const WAITS: readonly { readonly key: readonly string[]; readonly exit?: string }[] = [
  { key: ['for'] },
  { key: ['timeout', 'after'], exit: 'timeout' },
  { key: ['return_after'] },
];

interface Context {
  readonly yaml: YamlFile;
  readonly findings: Findings;
  readonly channels: readonly { readonly name: string; readonly limits: Limits }[];
}

/**
 * A block that speaks right after a wait that outlasts the window of a channel: whoever has said nothing meanwhile
 * would not get it. A template may always be sent.
 */
export function checkWindow(drafts: readonly Draft[], on: Context): void {
  const [strict] = on.channels.flatMap(({ name, limits: { window } }) =>
    window === undefined ? [] : [{ name, window }],
  );
  if (strict === undefined) return;
  for (const draft of drafts) {
    for (const { key, exit } of WAITS) {
      const length = lengthAt(draft, key, on.yaml);
      const then = length !== null && length >= strict.window ? blockAfter(draft, exit, drafts) : undefined;
      if (then !== undefined && speaksFreely(then, on.yaml)) report([...draft.path, ...key], then, strict, on);
    }
  }
}

function report(path: DataPath, { id }: Draft, { name, window }: { name: string; window: number }, on: Context): void {
  const hours = window / 3_600_000;
  on.findings.add(
    'window-closed',
    on.yaml.locate(path),
    `after this wait ${name} takes only templates from "${id}", as the contact may have said nothing for ${hours} hours`,
    `give "${id}" a template, or ask window_open before it`,
  );
}

/** Milliseconds of a wait; null where there is none, or it is filled in later. */
function lengthAt(draft: Draft, key: readonly string[], yaml: YamlFile): number | null {
  const value = key.reduce((inside, name) => own(inside, name), rawBlock(yaml, draft));
  return typeof value === 'string' ? parseSpan(value) : null;
}

function blockAfter(draft: Draft, exit: string | undefined, drafts: readonly Draft[]): Draft | undefined {
  const wired = draft.exits.find(({ name }) => name === exit)?.target;
  const target = wired ?? draft.next;
  return target?.kind === 'block' ? drafts.find(({ id }) => id === target.id) : undefined;
}

function speaksFreely(draft: Draft, yaml: YamlFile): boolean {
  const { texts, captions, offers } = partsOf(draft);
  const says = texts.some(({ path }) => path.length === draft.path.length + 1) || captions.length + offers.length > 0;
  return says && own(rawBlock(yaml, draft), 'template') === undefined;
}
