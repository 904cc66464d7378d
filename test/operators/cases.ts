import { readFileSync, readdirSync } from 'node:fs';
import { parse } from 'yaml';
import { isObject } from '../../src/domain/json.ts';
import type { Json } from '../../src/domain/json.ts';
import type { TestContext } from '../../src/operators/operator.ts';

const FOLDER = new URL('./cases/', import.meta.url);

/** One line of a case file; README of the format is {@link readCases}. */
export interface Case {
  readonly argument?: Json;
  readonly value?: Json;
  readonly context?: Partial<TestContext>;
  readonly match?: Json;
  readonly matched?: Json;
  readonly extra?: Json;
  readonly refused?: string;
}

/** What cases run under unless they say otherwise: Friday 3 May 2024, 10:00 in Bogotá. */
export const CONTEXT: TestContext = {
  language: 'en',
  timezone: 'America/Bogota',
  now: Date.parse('2024-05-03T15:00:00Z'),
  channel: 'whatsapp',
  windowOpen: true,
};

/** The operators that have a case file. */
export function caseFiles(): string[] {
  return readdirSync(FOLDER).map((file) => file.replace(/\.yaml$/, ''));
}

/**
 * The cases of one operator. `match: false` is no match, `match: error` an error, anything else the match's value;
 * `matched` is a value even where it is false. `refused` is a part of prepare's message. `argument` defaults to true.
 * `{ repeat: [text, times] }` as value stands for a long text.
 */
export function readCases(operator: string): Case[] {
  const cases = parse(readFileSync(new URL(`${operator}.yaml`, FOLDER), 'utf8')) as Case[];
  return cases.map((one) =>
    isObject(one.value) && 'repeat' in one.value ? { ...one, value: repeated(one.value['repeat']) } : one,
  );
}

function repeated(spec: Json | undefined): string {
  const [text, times] = Array.isArray(spec) ? spec : [];
  return String(text).repeat(Number(times));
}
