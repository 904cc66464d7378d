// Parley's engine in memory: flow, routing and turns as the server has them, without inbox, store and channels.
import { compiled } from '../compiled.mjs';
import { ORDERS, flowText } from '../scenario.mjs';
import { oneByOne } from '../turns.mjs';

/** `job.look` answers the flow's calls from memory; without it they go out through Parley's own HTTP client. */
export async function engineBot(job) {
  const flow = await compiledFlow(flowText(job.look === undefined ? job.ordersUrl : 'http://orders.example', job.blocks));
  const [{ takeTurn }, { route }, { newContact }, { worldWith }] = await Promise.all([
    compiled('src/engine/engine'),
    compiled('src/conversation/routing'),
    compiled('src/domain/contact'),
    compiled('src/domain/world'),
  ]);
  const client = job.look === undefined && job.ordersUrl !== null ? await httpClient(job.ordersUrl) : null;
  const call = client === null ? stubbed(job.look ?? (async (number) => ORDERS[number])) : client.call;
  const live = { current: (id) => (id === flow.id ? flow : undefined), all: () => [flow], version: () => undefined };
  const address = 'http://127.0.0.1';
  const context = { world: worldWith('bench'), serverUrl: address, publicUrl: address, timezone: 'UTC', tracing: false, integration: () => undefined };
  const positions = new Map();
  let entries = 0;

  const take = (position, entry) => {
    const running = position.session === null ? null : flow;
    const found = { running, starting: route(position, entry, live), current: live.current, version: live.version };
    const { contact, session, effects, lines } = takeTurn(position, entry, found, context);
    return { position: { contact, session, revision: position.revision + 1, lines: position.lines + lines.length }, effects };
  };
  const turn = async (contact, text) => {
    const before = positions.get(contact) ?? { contact: newContact('bench', contact), session: null, revision: 0, lines: 0 };
    entries += 1;
    const said = [];
    let entry = { kind: 'message', id: `e${entries}`, at: Date.now(), message: { text } };
    for (let position = before; entry !== null;) {
      const taken = take(position, entry);
      position = taken.position;
      positions.set(contact, position);
      entry = null;
      for (const effect of taken.effects) {
        if (effect.kind === 'delivery') said.push(effect.message.text);
        else if (effect.kind === 'call') entry = { kind: 'call', id: effect.key, at: Date.now(), key: effect.key, cause: effect.cause, outcome: await call(effect) };
      }
    }
    return said;
  };
  return { send: oneByOne(turn), close: async () => client?.close() };
}

async function compiledFlow(text) {
  const { compileFlow } = await compiled('src/flow/compile');
  const { flow, diagnostics } = compileFlow(text, 'order-status.yaml');
  if (flow === null) throw new Error(JSON.stringify(diagnostics));
  return flow;
}

function stubbed(look) {
  return async ({ request }) => {
    const json = await look(request.url.slice(request.url.lastIndexOf('/') + 1));
    return { kind: 'answered', status: 200, headers: { 'content-type': 'application/json' }, body: '', json };
  };
}

/** The client that the server's calls go through, guard and gate included; only the call log is left out. */
async function httpClient(ordersUrl) {
  const [{ createClient }, { createGuard }] = await Promise.all([compiled('src/calls/client'), compiled('src/calls/guard')]);
  const guard = createGuard({ allow: [new URL(ordersUrl).host] });
  const client = createClient({ guard, version: 'bench' });
  const call = ({ request, key }) => client.send({ ...request, headers: {} }, key);
  return { call, close: () => client.close() };
}
