import type { Operations } from '../../api/v1/operations.ts';
import { many, note, ok, problem } from '../../domain/finding.ts';
import type { Finding } from '../../domain/finding.ts';

/** Letters and pages that are counted; a larger store is looked at in part. */
const LETTERS = 200;
const PAGES = 50;

/** What no try could take, and who waits for longer than anybody should. `running`: a server moves conversations. */
export async function checkWork(
  operations: Pick<Operations, 'deadLetters' | 'overdue'>,
  running: boolean,
): Promise<Finding[]> {
  return [await letters(operations), await overdue(operations, running)];
}

async function letters(operations: Pick<Operations, 'deadLetters'>): Promise<Finding> {
  const { items, next } = await operations.deadLetters({ limit: LETTERS });
  if (items.length === 0) return ok('there are no dead letters');
  const count = next === undefined ? many(items.length, 'dead letter') : `${LETTERS} dead letters or more`;
  return problem(
    `${count}: entries that no try could take`,
    'See why: parley dead-letters list, then retry or drop them.',
  );
}

async function overdue(operations: Pick<Operations, 'overdue'>, running: boolean): Promise<Finding> {
  const { count, since, all } = await overdueCount(operations);
  const where = all ? '' : ' among the first ones';
  if (count === 0) return ok(`no conversation is overdue${where}`);
  const text = `${many(count, 'conversation')} overdue${where}, the longest since ${since}`;
  return running
    ? problem(
        text,
        'The log of the server says what goes wrong, and a restart takes them up again; with several processes, see that one has the channel.',
      )
    : note(text, 'No server runs: the next one that starts takes them up.');
}

async function overdueCount({
  overdue: page,
}: Pick<Operations, 'overdue'>): Promise<{ count: number; since: string; all: boolean }> {
  let after: string | undefined;
  let [count, since] = [0, '9'];
  for (let looked = 0; looked < PAGES; looked += 1) {
    const { items, next } = await page(after === undefined ? {} : { after });
    count += items.length;
    for (const item of items) if (item.since < since) since = item.since;
    if (next === undefined) return { count, since, all: true };
    after = next;
  }
  return { count, since, all: false };
}
