import { isObject, own } from '../../domain/json.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import { findOperator } from '../../operators/index.ts';
import type { Findings } from '../diagnostic.ts';
import type { Draft } from '../draft.ts';
import type { YamlFile } from '../read.ts';
import { rawBlock } from './parts.ts';

/** Keys that say where to go and how to call it, not what is tested. */
const WIRING = new Set(['next', 'category', 'text', 'note']);

/** Operators that hold for one of a list: a list with fewer words can take nothing that a longer one left. */
const ONE_OF = new Set(['has_any_word', 'in']);

/** Rules and cases that can never match, because one before them takes everything they would. */
export function checkShadowed(yaml: YamlFile, draft: Draft, findings: Findings): void {
  const block = rawBlock(yaml, draft);
  for (const key of ['rules', 'cases']) {
    const rules = own(block, key);
    if (!Array.isArray(rules)) continue;
    const tests = rules.map((rule: Json) => (isObject(rule) ? testOf(rule) : null));
    for (const [i, test] of tests.entries()) {
      const taken = test === null ? -1 : tests.findIndex((earlier, j) => j < i && takesAll(earlier, test));
      if (taken === -1) continue;
      const place = yaml.locate([...draft.path, key, taken]);
      findings.add(
        'shadowed-rule',
        yaml.locate([...draft.path, key, i]),
        `this never matches: the rule on line ${place.line} takes the same`,
        'remove it, or put the narrower of the two first',
      );
    }
  }
}

interface Tested {
  /** What is looked at, and the operator. */
  readonly subject: string;
  readonly argument: Json;
  readonly operator: string;
}

/** What a rule tests, in one spelling; null for a rule that is none. */
function testOf(rule: JsonObject): Tested | null {
  const keys = Object.keys(rule).filter((key) => !WIRING.has(key) && key !== 'value');
  const [key] = keys;
  if (key === undefined || keys.length > 1) return null;
  const operator = findOperator(key)?.name ?? key;
  return { subject: JSON.stringify([rule['value'] ?? null, operator]), argument: rule[key] ?? null, operator };
}

function takesAll(earlier: Tested | null, later: Tested): boolean {
  if (earlier === null || earlier.subject !== later.subject) return false;
  const [wide, narrow] = [earlier.argument, later.argument];
  if (JSON.stringify(wide) === JSON.stringify(narrow)) return true;
  if (!ONE_OF.has(later.operator) || !Array.isArray(wide) || !Array.isArray(narrow)) return false;
  const words = new Set(wide.map((word: Json) => JSON.stringify(word)));
  return narrow.every((word: Json) => words.has(JSON.stringify(word)));
}
