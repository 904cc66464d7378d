import type { CALL_FILTERS } from '../api/v1/operations.ts';
import { ParleyError } from '../domain/error.ts';
import { isObject, toText } from '../domain/json.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import { withOperations } from './backend.ts';
import { line, paragraph, table } from './print.ts';
import { inputsOf } from './integrations.ts';
import { pretty, showTest } from './tried.ts';

/** What `parley calls list` can be told. */
export type CallOptions = Readonly<Partial<Record<(typeof CALL_FILTERS)[number] | 'limit' | 'before', string>>>;

/** `parley calls list`: the webhook log, newest first. */
export function listCalls(options: CallOptions): Promise<number> {
  return withOperations(async (operations) => {
    const { limit, ...filters } = options;
    const { items, next } = await operations.calls({ ...filters, limit: countOf(limit ?? '20') });
    if (items.length === 0) line('there are no such calls');
    table(items.map(columns));
    if (next !== undefined) line(`older ones: --before ${next}`);
    return 0;
  });
}

/** `parley calls show`: one try with its request and response, secrets masked. */
export function showCall(id: string): Promise<number> {
  return withOperations(async (operations) => {
    const { request, response, ...facts } = await operations.call(id);
    table(Object.entries(facts).map(([name, value]) => [name, shown(value)]));
    section('request', request);
    section('response', response);
    return 0;
  });
}

/** `parley calls test`: makes the request of a block now, and shows what can become a variable; 1 when it fails. */
export function testCall(flow: string, block: string, options: { set?: readonly string[] }): Promise<number> {
  return withOperations(async (operations) => {
    const tried = await operations.testBlock(flow, block, inputsOf(options.set ?? []));
    const code = showTest(tried);
    if (tried.candidates.length > 0) line('response_variables');
    table(
      tried.candidates.map(({ path, type, sample }) => [path, type, JSON.stringify(sample)]),
      '  ',
    );
    return code;
  });
}

function columns(row: JsonObject): string[] {
  const { at, id, type, status, result, duration_ms: ms, attempt, attempts, method, url, flow, block } = row;
  const ended = status === undefined || status === null ? shown(result) : shown(status);
  const tries = attempts === 1 ? '' : ` (${shown(attempt)}/${shown(attempts)})`;
  const where = flow === undefined || flow === null ? '' : `${shown(flow)}/${shown(block)}`;
  return [time(at), shown(id), shown(type), ended + tries, `${shown(ms)} ms`, where, `${shown(method)} ${shown(url)}`];
}

function section(title: string, part: Json | undefined): void {
  if (!isObject(part)) return;
  const { headers, body, ...facts } = part;
  line();
  line(title);
  for (const [name, value] of Object.entries(facts)) line(`  ${name}: ${shown(value)}`);
  if (isObject(headers)) for (const [name, value] of Object.entries(headers)) line(`  ${name}: ${shown(value)}`);
  if (typeof body !== 'string' || body === '') return;
  line();
  paragraph(pretty(body));
}

/** Rows have milliseconds since 1970, or a date already. */
function time(at: Json | undefined): string {
  return typeof at === 'number' ? new Date(at).toISOString() : shown(at);
}

function shown(value: Json | undefined): string {
  return value === undefined || value === null ? '-' : toText(value);
}

/** A number of rows a list can have. Throws `wrong_use`. */
export function countOf(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 200) return count;
  throw new ParleyError('wrong_use', '--limit must be a whole number from 1 to 200');
}
