import type { ZodType } from 'zod';
import { FORBIDDEN_NAMES, isObject } from '../domain/json.ts';
import { ParleyError } from '../domain/error.ts';

/** Values inside a body that are looked at; more is refused. */
const MAX_VALUES = 10_000;

/** The body of a request as its schema has it. Throws `bad_request` that names the field. */
export function jsonBody<T>(schema: ZodType<T>, request: { readonly body?: unknown }): T {
  const body = request.body ?? {};
  refuseForbidden(body);
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'the body' : issue.path.map(String).join('.');
  throw new ParleyError('bad_request', `${where}: ${issue?.message ?? 'is not as it should be'}`);
}

/** Names that reach into the machinery are refused wherever they stand, and so are bodies without end. */
function refuseForbidden(body: unknown): void {
  const open: unknown[] = [body];
  for (let count = 0; open.length > 0; count += 1) {
    if (count > MAX_VALUES) throw new ParleyError('too_large', `the body has more than ${MAX_VALUES} values`);
    const value = open.pop();
    if (Array.isArray(value)) open.push(...(value as unknown[]));
    else if (isObject(value)) {
      for (const [key, inner] of Object.entries(value)) {
        if (FORBIDDEN_NAMES.has(key)) throw new ParleyError('bad_request', `the name "${key}" is refused everywhere`);
        open.push(inner);
      }
    }
  }
}
