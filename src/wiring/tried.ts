import type { ActionTest, CandidateRow, TestResult } from '../api/v1/operations.ts';
import type { CallOutcome } from '../domain/call.ts';
import { newContact } from '../domain/contact.ts';
import { isObject } from '../domain/json.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Scope } from '../domain/turn.ts';
import type { World } from '../domain/world.ts';

/** Takes secret values out of a text. */
export type Mask = (text: string) => string;

/** What an answer shows to people: an API that echoes a secret must not show it. */
export function testResult(outcome: CallOutcome, ms: number, mask: Mask): TestResult {
  if (outcome.kind !== 'answered') return refused(mask(outcome.reason), ms);
  const { status } = outcome;
  const headers = Object.fromEntries(Object.entries(outcome.headers).map(([name, value]) => [name, mask(value)]));
  const ok = status >= 200 && status < 300;
  return { ok, status, headers, body: mask(outcome.body), ms: Math.round(ms) };
}

/** A request that got no answer, or was never made. */
export function refused(reason: string, ms = 0): TestResult {
  return { ok: false, status: null, headers: {}, body: '', ms: Math.round(ms), reason };
}

/** The same for an action: with what its outputs are, and what they could be. */
export function actionTest(
  result: TestResult,
  outputs: JsonObject | { readonly problem: string },
  candidates: readonly CandidateRow[],
  mask: Mask,
): ActionTest {
  const shown = candidates.map(({ path, type, sample }) => ({ path, type, sample: maskJson(sample, mask) }));
  const { problem } = outputs;
  if (typeof problem === 'string')
    return { ...result, ok: false, reason: mask(problem), candidates: shown, outputs: {} };
  return { ...result, candidates: shown, outputs: maskFields(outputs, mask) };
}

function maskFields(fields: JsonObject, mask: Mask): JsonObject {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, maskJson(value ?? null, mask)]));
}

/** Masks every text in a value; a number that gives a secret away becomes a masked text. */
function maskJson(value: Json, mask: Mask): Json {
  if (typeof value === 'string') return mask(value);
  if (typeof value === 'number') return mask(String(value)) === String(value) ? value : mask(String(value));
  if (isObject(value)) return maskFields(value, mask);
  return Array.isArray(value) ? value.map((item: Json) => maskJson(item, mask)) : value;
}

/** What a request sees when no conversation asks for it: no variables, a contact that is nobody. */
export function trialScope(world: World, serverUrl: string): Scope {
  return {
    variables: {},
    contact: newContact('test', 'test'),
    extra: undefined,
    message: null,
    flowId: 'test',
    blockId: 'test',
    serverUrl,
    language: 'en',
    timezone: 'UTC',
    world,
    tracing: false,
    resume: () => ({ token: '', url: serverUrl }),
    integration: () => undefined,
    record: () => undefined,
  };
}
