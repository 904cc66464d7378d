import { parseSpan } from '../domain/span.ts';
import { ParleyError } from '../domain/error.ts';
import { toText } from '../domain/json.ts';
import { withOperations } from './backend.ts';
import { countOf } from './calls.ts';
import { line, paragraph, table } from './print.ts';

/** `parley tokens list`: names, scopes and ends, never tokens. */
export function listTokens(): Promise<number> {
  return withOperations(async (operations) => {
    const rows = await operations.tokens();
    if (rows.length === 0) line('there are no tokens beside ADMIN_TOKEN; make one with: parley tokens add <name>');
    table(rows.map(({ id, name, scopes, expires_at: expires }) => [id, name, expires ?? 'no end', scopes.join(',')]));
    return 0;
  });
}

/** `parley tokens add`: the token is printed alone on standard output, so that it can be piped; once, and never again. */
export function addToken(name: string, options: { scope: string[]; expires?: string }): Promise<number> {
  return withOperations(async (operations) => {
    const until = options.expires === undefined ? {} : { expiresAt: Date.now() + lengthOf(options.expires) };
    const { token, facts } = await operations.addToken({ name, scopes: options.scope, ...until });
    process.stderr.write(`the token "${facts.name}" (${facts.id}); it is shown this once:\n`);
    line(token);
    return 0;
  });
}

/** `parley tokens revoke`. */
export function revokeToken(id: string): Promise<number> {
  return withOperations(async (operations) => {
    await operations.revokeToken(id);
    line(`revoked ${id}: it is refused from now on`);
    return 0;
  });
}

/** `parley dead-letters list`. */
export function listDeadLetters(options: { limit?: string; before?: string }): Promise<number> {
  return withOperations(async (operations) => {
    const { limit = '50', ...rest } = options;
    const { items, next } = await operations.deadLetters({ ...rest, limit: countOf(limit) });
    if (items.length === 0) line('there are no dead letters: every entry was taken');
    table(items.map((each) => ['id', 'at', 'contact', 'entry', 'reason'].map((key) => toText(each[key]))));
    if (next !== undefined) line(`more: --before ${next}`);
    return 0;
  });
}

/** `parley dead-letters show`: the whole entry, and why it could not be taken. */
export function showDeadLetter(id: string): Promise<number> {
  return withOperations(async (operations) => {
    paragraph(JSON.stringify(await operations.deadLetter(id), null, 2), '');
    return 0;
  });
}

/** `parley dead-letters retry`. */
export function retryDeadLetter(id: string): Promise<number> {
  return withOperations(async (operations) => {
    await operations.retryDeadLetter(id);
    line(`${id} is in its conversation again`);
    return 0;
  });
}

/** `parley dead-letters drop`. */
export function dropDeadLetter(id: string): Promise<number> {
  return withOperations(async (operations) => {
    await operations.dropDeadLetter(id);
    line(`${id} is gone`);
    return 0;
  });
}

function lengthOf(text: string): number {
  const ms = parseSpan(text);
  if (ms === null)
    throw new ParleyError('wrong_use', `--expires ${text} is no length of time`, 'Write 90d, 12h or 30m.');
  return ms;
}
