import type { Router } from 'express';
import { z } from 'zod';
import type { BenchAnswer, Standing } from '../../domain/bench.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { Outbound } from '../../domain/message.ts';
import { jsonBody } from '../body.ts';
import { json, queryText } from './input.ts';
import type { Allow, At } from './input.ts';

/**
 * Conversations with a contact who does not exist: the real engine, nothing stored, calls made or mocked as wanted. Bodies
 * are those of flow tests; what is wrong with one is `bad_request`, an id that is over `not_found`.
 */
export interface Simulations {
  start(wanted: JsonObject): Promise<Started>;
  step(id: string, step: JsonObject): Promise<BenchAnswer>;
  show(id: string): Promise<SimulationFacts>;
  /** The conversation so far, as the YAML of a flow test. */
  test(id: string, name?: string): Promise<string>;
  remove(id: string): Promise<void>;
}

/** A simulation that has begun, with what the flow said first. */
export interface Started extends BenchAnswer {
  readonly id: string;
}

/** A simulation as people see it; times are ISO 8601. */
export interface SimulationFacts {
  readonly id: string;
  readonly flow: string;
  readonly channel: string;
  readonly calls: 'real' | 'mock';
  readonly created_at: string;
  readonly expires_at: string;
  readonly state: Standing;
  /** What was done, and what the bot said to it. */
  readonly dialogue: readonly { readonly step: JsonObject; readonly bot: readonly Outbound[] }[];
}

const anything = z.record(
  z.string(),
  z.custom<Json>(() => true),
);

/** Trying flows without touching a contact. */
export function addSimulationRoutes(router: Router, allow: Allow, simulations: Simulations): void {
  const write = allow('simulations:write');
  router.post('/simulations', write, json, async (request, response) => {
    response.status(201).json(await simulations.start(jsonBody(anything, request)));
  });
  router.post('/simulations/:id/steps', write, json, async (request: At<'id'>, response) => {
    const { id } = request.params;
    response.json({ id, ...(await simulations.step(id, jsonBody(anything, request))) });
  });
  router.get('/simulations/:id', write, async (request: At<'id'>, response) => {
    response.json(await simulations.show(request.params.id));
  });
  router.get('/simulations/:id/test', write, async (request: At<'id'>, response) => {
    const yaml = await simulations.test(request.params.id, queryText(request, 'name'));
    response.type('application/yaml').send(yaml);
  });
  router.delete('/simulations/:id', write, async (request: At<'id'>, response) => {
    await simulations.remove(request.params.id);
    response.status(204).end();
  });
}
