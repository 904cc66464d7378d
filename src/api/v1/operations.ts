import type { ValueType } from '../../domain/integration.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { Admin } from './admin.ts';
import type { Deployment } from './deployment.ts';

/**
 * What can be done with integrations, secrets, calls and contacts: by the API, and by the commands, which use the same
 * operations through a running server or on the store itself. Expected faults are thrown as `ParleyError`.
 */
export interface Operations extends Deployment, Admin {
  integrations(): Promise<readonly IntegrationFacts[]>;
  integration(id: string): Promise<IntegrationFacts>;
  /** Names and facts of credentials, those of removed integrations included. */
  credentials(integration?: string): Promise<readonly CredentialRow[]>;
  /** Keeps a credential and tries it at once (Truora). */
  addCredential(integration: string, name: string, values: Readonly<Record<string, string>>): Promise<Added>;
  /** Blocks name credentials, so the flows that still use the old name are told. */
  /** Gives a credential new values and tries it at once. */
  changeCredential(integration: string, name: string, values: Readonly<Record<string, string>>): Promise<Added>;
  renameCredential(integration: string, name: string, to: string): Promise<Renamed>;
  testCredential(integration: string, name: string): Promise<TestResult>;
  /** Refuses with `conflict` while a live flow uses it, unless it is forced. */
  removeCredential(integration: string, name: string, force: boolean): Promise<void>;
  testAction(integration: string, action: string, given: ActionGiven): Promise<ActionTest>;
  /** Makes the request of a flow's block now, with sample values for its variables (SmartFlows). */
  testBlock(flow: string, block: string, variables: JsonObject): Promise<BlockTest>;
  secrets(): Promise<readonly SecretRow[]>;
  secret(name: string): Promise<SecretRow>;
  /** True when the name is new. */
  setSecret(name: string, value: string): Promise<boolean>;
  /** Refuses with `conflict` while a live flow uses it, unless it is forced. */
  removeSecret(name: string, force: boolean): Promise<void>;
  keys(): Promise<readonly KeyRow[]>;
  /** Puts records under the newest key, `limit` of them at most; `fresh` makes a new key first. */
  rotateKeys(request: RotateRequest): Promise<RotateStep>;
  calls(query: CallQuery): Promise<Page>;
  call(id: string): Promise<JsonObject>;
  contacts(query: { readonly after?: string; readonly limit: number }): Promise<Page>;
  contact(id: string): Promise<JsonObject>;
  /** Conversations that have had something to do for longer than they should: somebody waits for an answer. */
  overdue(query: { readonly after?: string }): Promise<OverduePage>;
  /** Ends the flow the contact is in; true if there was one. */
  resetContact(id: string): Promise<boolean>;
}

/** A conversation that nobody has moved on. */
export interface OverdueRow {
  /** As logs may show it. */
  readonly contact: string;
  /** Since when it has something to do (ISO 8601). */
  readonly since: string;
}

/** Those of some conversations; with `next` there are more to look at. */
export interface OverduePage {
  readonly items: readonly OverdueRow[];
  readonly next?: string;
}

/** One page of a list; `next` is the cursor of the following one. */
export interface Page {
  readonly items: readonly JsonObject[];
  readonly next?: string;
}

/** An integration as people see it. */
export interface IntegrationFacts {
  readonly id: string;
  readonly group: 'built_in' | 'custom';
  readonly name: string;
  readonly description: string | null;
  readonly logo: string | null;
  readonly file: string;
  readonly authentication: { readonly name: string | null; readonly fields: readonly FieldFacts[] };
  /** Where its requests go, and so where the values of its credentials may go. */
  readonly origins: readonly string[];
  readonly actions: readonly ActionFacts[];
  readonly credentials: readonly { readonly name: string }[];
}

/** An authentication field. */
export interface FieldFacts {
  readonly identifier: string;
  readonly name: string | null;
  readonly type: 'text' | 'password';
  readonly required: boolean;
}

/** An action. */
export interface ActionFacts {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly inputs: readonly PortFacts[];
  readonly outputs: readonly PortFacts[];
}

/** An input or an output. */
export interface PortFacts {
  readonly key: string;
  readonly name: string;
  readonly type: ValueType;
  readonly required: boolean;
  /** What flows call an output, where it is not the last name of its key. */
  readonly as?: string | undefined;
}

/** A credential without its values; times are ISO 8601. */
export interface CredentialRow {
  readonly integration: string;
  readonly name: string;
  readonly origins: readonly string[];
  readonly created_at: string;
  /** False when the key it is encrypted with is not in SECRET_KEY. */
  readonly readable: boolean;
}

/** A secret without its value. */
export interface SecretRow {
  readonly name: string;
  readonly created_at: string;
  readonly readable: boolean;
}

/** What a request that was tried came to, secrets masked. Without an answer `status` is null and `reason` says why. */
export interface TestResult {
  readonly ok: boolean;
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly ms: number;
  readonly reason?: string;
}

export interface Renamed {
  readonly credential: { readonly name: string };
  /** Ids of live flows that name the credential as it was called before. */
  readonly used_by: readonly string[];
}

export interface Added {
  readonly credential: { readonly name: string };
  readonly test: TestResult;
}

/** Sample values for an action, and the credential to call it with. */
export interface ActionGiven {
  readonly credential?: string;
  readonly inputs: JsonObject;
}

/** A part of an answer that can become an output. */
export interface CandidateRow {
  readonly path: string;
  readonly type: ValueType;
  readonly sample: Json;
}

export interface ActionTest extends TestResult {
  readonly candidates: readonly CandidateRow[];
  readonly outputs: JsonObject;
}

/** What trying a block's request came to. */
export interface BlockTest extends TestResult {
  readonly candidates: readonly CandidateRow[];
}

/** A master key by its id, and how many records are under it. */
export interface KeyRow {
  readonly id: string;
  readonly current: boolean;
  readonly in_ring: boolean;
  readonly records: number;
}

export interface RotateRequest {
  readonly fresh?: boolean;
  readonly after?: string;
  readonly limit?: number;
}

/** `stuck` are records that cannot be opened, and stay as they are. */
export interface RotateStep {
  readonly key: string;
  readonly rewrapped: number;
  readonly current: number;
  readonly stuck: readonly {
    readonly kind: string;
    readonly id: string;
    readonly key: string;
    readonly reason: 'lost_key' | 'tampered';
  }[];
  readonly next?: string;
}

/** Which rows of the call log are wanted. `status` is a number, a class such as `5xx`, or a result. */
export interface CallQuery {
  readonly before?: string;
  readonly limit: number;
  readonly type?: string;
  readonly status?: string;
  readonly channel?: string;
  readonly contact?: string;
  readonly flow?: string;
  readonly block?: string;
}

/** Columns of the call log that a list can be narrowed by. */
export const CALL_FILTERS = ['type', 'status', 'channel', 'contact', 'flow', 'block'] as const;
