import type { JsonObject } from '../domain/json.ts';

/** A document of the store. `order` sorts its kind, newest last. */
export interface KeptDocument {
  readonly kind: string;
  readonly id: string;
  readonly order: string;
  readonly body: JsonObject;
}

/** What credentials and secrets need of the store. */
export interface Documents {
  put(document: KeptDocument): Promise<void>;
  get(kind: string, id: string): Promise<KeptDocument | null>;
  page(query: {
    readonly kind: string;
    readonly before?: string;
    readonly limit: number;
  }): Promise<readonly KeptDocument[]>;
  remove(kind: string, id: string): Promise<boolean>;
}

/** Documents asked for at once. */
const PAGE = 200;

/** All documents of a kind, newest first. */
export async function allOf(documents: Documents, kind: string): Promise<KeptDocument[]> {
  const all: KeptDocument[] = [];
  for (let full = true; full;) {
    const last = all.at(-1);
    const page = await documents.page({ kind, limit: PAGE, ...(last === undefined ? {} : { before: last.order }) });
    all.push(...page);
    full = page.length === PAGE;
  }
  return all;
}

/** Runs pieces of work one after the other, in the order they came. */
export type Serial = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Makes changes of secrets in this process wait for each other: reading a record and putting it back changed is two
 * steps of the store, and nothing may come between them.
 */
export function oneAtATime(): Serial {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };
}
