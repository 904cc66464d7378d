import type { BenchAnswer, Standing, TraceItem } from '../domain/bench.ts';
import type { JsonObject } from '../domain/json.ts';

/**
 * Trying flows from within a channel: a contact who does not exist, moved by the real engine. Steps are those of the
 * API's simulations (docs/http-api.md). Whatever cannot be done is thrown as a `ParleyError` for people to read.
 */
export interface BenchPort {
  /** Flows that can be tried. */
  flows(): readonly { readonly id: string; readonly name: string }[];
  start(wanted: JsonObject): Promise<BenchAnswer & { readonly id: string }>;
  step(id: string, step: JsonObject): Promise<BenchAnswer>;
  /** Ends a simulation before its time. */
  end(id: string): Promise<void>;
  /** Where the contact is; throws `not_found` when the simulation is over. */
  state(id: string): Standing;
  /** The conversation so far, as the YAML of a flow test. */
  test(id: string, name?: string): Promise<string>;
  /** The known word that was most likely meant. */
  meant(written: string, known: readonly string[]): string | null;
  /** A trace in words, a line for each thing that happened. */
  words(trace: readonly TraceItem[]): string[];
}
