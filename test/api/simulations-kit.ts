import { createServer } from 'node:http';
import { expect } from 'chai';
import express from 'express';
import { createWeb } from '../../src/api/server.ts';
import { addSimulationRoutes } from '../../src/api/v1/simulations.ts';
import { toText } from '../../src/domain/json.ts';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import { libraryOf, localCaller, roomOf } from '../support/simulations.ts';
import { Asker, fakeApi, listening } from './kit.ts';
import type { Answer, FakeApi } from './kit.ts';

/** The secret of the shop's API. */
export const KEY = 'sk-live-0123456789abcdef';

/** A flow with a call, buttons, a timer, a code, a token and two ends. */
export const ORDERS = (api: string): string => `
flow: orders
channels: [whatsapp, web]
variables: { shop: { type: string, default: none } }
blocks:
  - { id: number, type: question, text: "Which order of @shop?", timeout: { after: 10m, next: late } }
  - id: look
    type: external_web_call
    method: GET
    url: "${api}/orders/@number"
    headers: { Authorization: "Bearer @secret.shop_key" }
    retry: { attempts: 2, backoff: 1ms, on: [5xx] }
    response_variables: { status: status }
    on_success: told
    on_failure: broken
  - { id: told, type: message, text: "It is @look.status." }
  - { id: more, type: question, text: "What now?", choices: [Again, Other, Person, Nothing], rules: [ { equals: Again, next: number }, { equals: Person, next: team }, { equals: Nothing, next: bye } ], otherwise: { next: more } }
  - { id: team, type: handoff, to: slack, summary: "about @number" }
  - { id: back, type: message, text: "Back by @team.returned_by.", next: bye }
  - { id: broken, type: message, text: "/broken/", next: more }
  - { id: late, type: end, text: "Too late at @now." }
  - { id: bye, type: end, text: "Bye." }
`;

/** A flow that somebody has to resume. */
export const PAY = `
flow: pay
blocks:
  - { id: start, type: message, text: "Pay at @resume.url" }
  - { id: paid, type: wait_for_event, events: [paid], timeout: { after: 1h, next: never } }
  - { id: thanks, type: end, text: "Thanks." }
  - { id: never, type: end, text: "Not paid." }
`;

/** What the bot said. */
export const texts = (answer: Answer): Json[] => (answer.body['said'] as JsonObject[]).map(({ text }) => text ?? null);
/** What of one kind is in the trace. */
export const trace = (answer: Answer, kind: string): JsonObject[] =>
  (answer.body['trace'] as JsonObject[]).filter((item) => item['kind'] === kind);

/** The routes of simulations on a server of their own, and a shop that is called for real. */
export class SimulationServer {
  readonly shop: FakeApi;
  readonly api: Asker;
  /** The clock of the room (ms since 1970). */
  now = Date.UTC(2026, 5, 1, 12);
  private readonly closing: (() => Promise<void>)[];

  private constructor(shop: FakeApi, api: Asker, closing: (() => Promise<void>)[]) {
    this.shop = shop;
    this.api = api;
    this.closing = closing;
  }

  static async open(): Promise<SimulationServer> {
    let failures = 1;
    const shop = await fakeApi((request, response) => {
      const fails = request.url === '/orders/BAD' && (failures -= 1) >= 0;
      response.writeHead(fails ? 500 : 200, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ status: 'shipped', echo: request.headers.authorization }));
    });
    const { caller, close } = localCaller({ secrets: { shop_key: KEY } });
    let server: SimulationServer | null = null;
    const room = roomOf({ library: libraryOf(ORDERS(shop.origin), PAY), caller, now: () => server?.now ?? 0 });
    const router = express.Router();
    addSimulationRoutes(router, () => (_request, _response, next) => next(), room);
    const served = await listening(createServer(createWeb([{ path: '/', router }], () => undefined)));
    const closing = [(): Promise<void> => served.close(), close, (): Promise<void> => shop.close()];
    server = new SimulationServer(shop, new Asker(served.origin, null), closing);
    return server;
  }

  async close(): Promise<void> {
    for (const close of this.closing) await close();
  }

  async start(wanted: JsonObject): Promise<[id: string, answer: Answer]> {
    const answer = await this.api.ask('POST', '/simulations', wanted);
    expect(answer.status, answer.text).to.equal(201);
    return [toText(answer.body['id']), answer];
  }

  async step(id: string, body: JsonObject): Promise<Answer> {
    const answer = await this.api.ask('POST', `/simulations/${id}/steps`, body);
    expect(answer.status, answer.text).to.equal(200);
    return answer;
  }
}
