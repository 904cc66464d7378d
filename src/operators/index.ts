import * as all from './all.ts';
import type { Operator } from './operator.ts';

/** Every operator by its canonical name. The registry is `all.ts`. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>(Object.entries(all));

const CANONICAL: ReadonlyMap<string, string> = new Map(
  [...OPERATORS].flatMap(([name, operator]) =>
    [name, ...(operator.aliases ?? [])].map((known) => [known, name] as const),
  ),
);

/** The operator of a name or alias, with its canonical name; null when there is none. */
export function findOperator(name: string): { name: string; operator: Operator } | null {
  const canonical = CANONICAL.get(name);
  const operator = canonical === undefined ? undefined : OPERATORS.get(canonical);
  return canonical === undefined || operator === undefined ? null : { name: canonical, operator };
}

/** Canonical names and aliases, for suggestions. */
export function operatorNames(): string[] {
  return [...CANONICAL.keys()];
}
