import { CALL_FILTERS } from '../api/v1/operations.ts';
import type { CallQuery, Page } from '../api/v1/operations.ts';
import { shownId } from '../domain/contact.ts';
import { ParleyError } from '../domain/error.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Document, Store } from '../store/store.ts';

/** Rows looked at in one request: a filter that fits little answers a short page and where to go on. */
const LOOKED_AT = 1000;
/** Rows read at a time: they carry bodies, and everybody else waits while the store reads. */
const CHUNK = 25;

/** Parts of a row that only its own page shows. */
const DETAIL = new Set(['request', 'response']);

/** A page of the webhook log, newest first. */
export async function listCalls(store: Pick<Store, 'page'>, query: CallQuery): Promise<Page> {
  const items: JsonObject[] = [];
  let before = query.before;
  for (let looked = 0; looked < LOOKED_AT;) {
    const rows = await store.page({ kind: 'call', limit: CHUNK, ...(before === undefined ? {} : { before }) });
    for (const row of rows) {
      if (items.length === query.limit) return { items, next: before ?? row.order };
      if (fits(row.body, query)) items.push(shortRow(row));
      before = row.order;
    }
    looked += rows.length;
    await new Promise(setImmediate);
    if (rows.length < CHUNK) return { items };
  }
  return { items, ...(before === undefined ? {} : { next: before }) };
}

/** True when a try of this call has its row. Looks at the newest rows only: it is asked right after a crash. */
export async function hasRow(store: Pick<Store, 'page'>, key: string): Promise<boolean> {
  let before: string | undefined;
  for (let looked = 0; looked < LOOKED_AT; looked += CHUNK) {
    const rows = await store.page({ kind: 'call', limit: CHUNK, ...(before === undefined ? {} : { before }) });
    if (rows.some(({ body }) => body['key'] === key)) return true;
    before = rows.at(-1)?.order;
    if (rows.length < CHUNK) return false;
  }
  return false;
}

/** One row with its request and response, as masked as they were kept. Throws `not_found`. */
export async function showCall(store: Pick<Store, 'get'>, id: string): Promise<JsonObject> {
  const row = await store.get('call', id);
  if (row !== null) return { id: row.id, ...row.body };
  throw new ParleyError(
    'not_found',
    `there is no call "${id}"`,
    'Calls are kept for a while only; the list has the ids.',
  );
}

function shortRow({ id, body }: Document): JsonObject {
  return { id, ...Object.fromEntries(Object.entries(body).filter(([name]) => !DETAIL.has(name))) };
}

function fits(row: JsonObject, query: CallQuery): boolean {
  return CALL_FILTERS.every((name) => {
    const wanted = query[name];
    if (wanted === undefined) return true;
    if (name === 'contact') return row[name] === shownId(wanted);
    return name === 'status' ? fitsStatus(row, wanted.toLowerCase()) : row[name] === wanted;
  });
}

/** `404`, `4xx`, or how it ended without an answer, such as `timed_out`. */
function fitsStatus({ status, result }: JsonObject, wanted: string): boolean {
  if (/^[1-5]xx$/.test(wanted)) return typeof status === 'number' && String(status)[0] === wanted[0];
  return (typeof status === 'number' && String(status) === wanted) || result === wanted;
}
