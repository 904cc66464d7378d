import { allOf } from './documents.ts';
import type { Documents, KeptDocument, Serial } from './documents.ts';
import type { KeyRing } from './keyring.ts';
import { ownerOf } from './records.ts';
import { keyIdOf } from './vault.ts';
import type { Vault } from './vault.ts';

/** Kinds of documents that hold a sealed record, under `sealed`. */
export const SEALED_KINDS = ['credential', 'secret'] as const;

/** A record that could not be put under the newest key. `key` is the one it is under. */
export interface Stuck {
  readonly kind: string;
  readonly id: string;
  readonly key: string;
  readonly reason: 'lost_key' | 'tampered';
}

/** What one step of a rotation did; `next` is where the following step goes on. */
export interface RotationStep {
  readonly key: string;
  readonly rewrapped: number;
  readonly current: number;
  readonly stuck: readonly Stuck[];
  readonly next?: string;
}

/** What a rotation works with. */
export interface RotationParts {
  readonly documents: Documents;
  readonly vault: Vault;
  readonly ring: KeyRing;
  readonly serial: Serial;
}

/**
 * Puts up to `limit` records under the newest key. Each record is one write, values untouched, so readers never wait and
 * a rotation that was broken off is simply begun again: what is done already is passed over.
 */
export async function rotateSome(
  parts: RotationParts,
  { after, limit }: { readonly after?: string; readonly limit: number },
): Promise<RotationStep> {
  const { kind, before } = cursorOf(after);
  const page = await parts.documents.page({ kind, limit, ...(before === undefined ? {} : { before }) });
  const counts = { rewrapped: 0, current: 0 };
  const stuck: Stuck[] = [];
  for (const document of page) {
    const result = await parts.serial(() => rotateOne(parts, document.kind, document.id));
    if (typeof result === 'object') stuck.push(result);
    else if (result !== 'gone') counts[result] += 1;
  }
  const next = nextCursor(kind, page, limit);
  return { key: parts.ring.current().id, ...counts, stuck, ...(next === undefined ? {} : { next }) };
}

/** The record is read here again: it may have been changed since its page was. */
async function rotateOne(
  { documents, vault }: RotationParts,
  kind: string,
  id: string,
): Promise<'rewrapped' | 'current' | 'gone' | Stuck> {
  const document = await documents.get(kind, id);
  if (document === null) return 'gone';
  const result = vault.rewrap(ownerOf(document), document.body['sealed']);
  if (result.kind === 'current') return 'current';
  if (result.kind !== 'rewrapped')
    return { kind, id, key: keyIdOf(document.body['sealed']) ?? '', reason: result.kind };
  await documents.put({ ...document, body: { ...document.body, sealed: result.record } });
  return 'rewrapped';
}

/** A cursor is a kind and the order of the last record that was seen of it. */
function cursorOf(after: string | undefined): { kind: string; before?: string } {
  const [wanted, ...order] = (after ?? '').split(':');
  const kind = SEALED_KINDS.find((each) => each === wanted) ?? SEALED_KINDS[0];
  return order.length === 0 || order.join(':') === '' ? { kind } : { kind, before: order.join(':') };
}

function nextCursor(kind: string, page: readonly KeptDocument[], limit: number): string | undefined {
  const last = page.at(-1);
  if (last !== undefined && page.length === limit) return `${kind}:${last.order}`;
  const following = SEALED_KINDS[SEALED_KINDS.findIndex((each) => each === kind) + 1];
  return following === undefined ? undefined : `${following}:`;
}

/** How many records are under each master key, the ring's own keys first. */
export interface KeyUse {
  readonly id: string;
  readonly current: boolean;
  readonly inRing: boolean;
  readonly records: number;
}

/** Which keys are in use: one that nothing is under may be taken out of SECRET_KEY. */
export async function keysInUse(documents: Documents, ring: KeyRing): Promise<KeyUse[]> {
  const counts = new Map<string, number>(ring.ids().map((id) => [id, 0]));
  for (const kind of SEALED_KINDS) {
    for (const { body } of await allOf(documents, kind)) {
      const key = keyIdOf(body['sealed']) ?? 'unknown';
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return [...counts].map(([id, records]) => ({
    id,
    current: id === ring.current().id,
    inRing: ring.find(id) !== undefined,
    records,
  }));
}
