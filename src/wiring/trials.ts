import type { ActionGiven, ActionTest, CandidateRow, PortFacts, TestResult } from '../api/v1/operations.ts';
import type { CallOutcome, CallRequest } from '../domain/call.ts';
import { ParleyError } from '../domain/error.ts';
import type { Action, Integration } from '../domain/integration.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Scope } from '../domain/turn.ts';
import { suggestion } from '../flow/language/suggest.ts';
import type { CredentialField } from '../integrations/credentials.ts';
import type { SecretBox } from './secrets.ts';
import { actionTest, refused, testResult } from './tried.ts';
import type { Mask } from './tried.ts';

/** A live integration with what its set-up needs beside what flows need. */
export interface DefinedIntegration extends Integration {
  readonly description?: string;
  readonly logo?: string;
  readonly authentication: {
    readonly name?: string;
    readonly fields: readonly (CredentialField & { readonly name?: string })[];
  };
  readonly origins: readonly string[];
  readonly actions: ReadonlyMap<string, DefinedAction>;
  /** The request that proves a credential. */
  testRequest(scope: Scope): CallRequest | { readonly problem: string };
}

/** An action with what its set-up needs. */
export interface DefinedAction extends Action {
  readonly description?: string;
  readonly declared: readonly PortFacts[];
}

/** Makes one request now, outside any conversation; never rejects for what the other side does. */
export type TestCall = (
  request: CallRequest,
  options: { readonly integration?: string; readonly credential?: string },
) => Promise<{ readonly outcome: CallOutcome; readonly ms: number }>;

/** What trying needs. */
export interface TrialParts {
  readonly box: SecretBox;
  readonly call: TestCall;
  scope(): Scope;
  /** Takes these values out of texts, in every form they may stand there. */
  maskOf(values: readonly string[]): Mask;
  /** What of an answer can become an output. */
  candidates(json: Json): readonly CandidateRow[];
}

/** Makes the integration's test request with a credential. */
export async function tryCredential(
  integration: DefinedIntegration,
  name: string,
  parts: TrialParts,
): Promise<TestResult> {
  const request = integration.testRequest(parts.scope());
  if ('problem' in request) return refused(request.problem);
  const tried = await attempt(request, integration.id, name, parts);
  return 'reason' in tried ? refused(tried.reason) : testResult(tried.outcome, tried.ms, tried.mask);
}

/** Makes an action's request with sample inputs; an input that does not fit is `bad_request`, and nothing is called. */
export async function tryAction(
  integration: DefinedIntegration,
  id: string,
  given: ActionGiven,
  parts: TrialParts,
): Promise<ActionTest> {
  const action = integration.actions.get(id);
  if (action === undefined) throw noAction(integration, id);
  const { credential, inputs } = given;
  refuseUnknown(inputs, action);
  if (credential !== undefined) await parts.box.credentials.facts(integration.id, credential);
  const request = action.request(inputs, parts.scope());
  if ('problem' in request) throw new ParleyError('bad_request', request.problem, inputsHint(action));
  const chosen = credential ?? (integration.authentication.fields.length === 0 ? null : undefined);
  const tried = await attempt(request, integration.id, chosen, parts);
  if ('reason' in tried) return { ...refused(tried.reason), candidates: [], outputs: {} };
  const { outcome, mask } = tried;
  const result = testResult(outcome, tried.ms, mask);
  if (outcome.kind !== 'answered') return { ...result, candidates: [], outputs: {} };
  const candidates = outcome.json === undefined ? [] : parts.candidates(outcome.json);
  return actionTest(result, result.ok ? action.outputs(outcome) : {}, candidates, mask);
}

type Attempt =
  | { readonly outcome: CallOutcome; readonly ms: number; readonly mask: Mask }
  | { readonly reason: string };

/** `null` goes without a credential; undefined takes the integration's only one. */
async function attempt(
  request: CallRequest,
  integration: string,
  credential: string | null | undefined,
  { box, call, ...parts }: TrialParts,
): Promise<Attempt> {
  if (credential === null) return { ...(await call(request, { integration })), mask: parts.maskOf([]) };
  const read = await box.credentials.read(integration, credential);
  if (read.kind === 'problem') return { reason: read.reason };
  const action = { action: 'test', ...request.action, integration, credential: read.name };
  const made = await call({ ...request, action }, { integration, credential: read.name });
  const secret = Object.entries(read.values).filter(([identifier]) => read.secret.includes(identifier));
  return { ...made, mask: parts.maskOf(secret.map(([, value]) => value)) };
}

function noAction({ id, actions }: DefinedIntegration, wanted: string): ParleyError {
  const hint = `Actions: ${[...actions.keys()].join(', ')}`;
  return new ParleyError('not_found', `the integration ${id} has no action "${wanted}"`, hint);
}

/** A misspelt input would be left out without a word, and the test would be of another request. */
function refuseUnknown(given: JsonObject, action: Action): void {
  const keys = action.inputs.map(({ key }) => key);
  const unknown = Object.keys(given).find((key) => !keys.includes(key));
  if (unknown === undefined) return;
  const message = `the action ${action.id} has no input "${unknown}"`;
  throw new ParleyError('bad_request', message, suggestion(unknown, keys) ?? inputsHint(action));
}

function inputsHint({ inputs }: Action): string {
  const shown = inputs.map(({ key, type, required }) => `${key} (${type}${required ? ', required' : ''})`);
  return shown.length === 0 ? 'It has no inputs.' : `Inputs: ${shown.join(', ')}`;
}
