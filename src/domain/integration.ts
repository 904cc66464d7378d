import type { CallOutcome, CallRequest } from './call.ts';
import type { Json, JsonObject } from './json.ts';
import type { Scope } from './turn.ts';

/** A custom integration that checked (Truora): what flows need of it to call its actions. Secrets are elsewhere. */
export interface Integration {
  readonly id: string;
  readonly name: string;
  readonly file: string;
  /** Content hash of its file. */
  readonly version: string;
  readonly actions: ReadonlyMap<string, Action>;
}

/** One action, compiled. */
export interface Action {
  readonly id: string;
  readonly name: string;
  readonly inputs: readonly ActionInput[];
  /** Converts the inputs and renders the request; a value that does not fit is a problem, and nothing is called. */
  request(inputs: JsonObject, scope: Scope): CallRequest | { readonly problem: string };
  /** Reads the outputs of a 2xx answer; a required one that is missing or does not convert is a problem. */
  outputs(outcome: Extract<CallOutcome, { kind: 'answered' }>): JsonObject | { readonly problem: string };
}

/** An input as flows see it. */
export interface ActionInput {
  readonly key: string;
  readonly name: string;
  readonly type: ValueType;
  readonly required: boolean;
}

/** Types of inputs and outputs. */
export const VALUE_TYPES = ['string', 'integer', 'number', 'boolean', 'datetime'] as const;
export type ValueType = (typeof VALUE_TYPES)[number];

/** A value of an input or output once it fits its type. */
export type Converted = { readonly value: Json } | { readonly problem: string };
