// Parley's engine in memory: flow, routing and turns as the server has them, without inbox, store and channels.
import { compiled } from '../compiled.mjs';
import { ORDERS, flowText } from '../scenario.mjs';
import { oneByOne } from '../turns.mjs';

const ADDRESS = 'http://127.0.0.1';

/** `job.look` answers the flow's calls from memory; without it they go out through Parley's own HTTP client. */
export async function engineBot(job) {
  const flow = await compiledFlow(
    flowText(job.look === undefined ? job.ordersUrl : 'http://orders.example', job.blocks),
  );
  const client = job.look === undefined && job.ordersUrl !== null ? await httpClient(job.ordersUrl) : null;
  const call = client === null ? stubbed(job.look ?? (async (number) => ORDERS[number])) : client.call;
  const turns = await turnsOf(flow);
  const positions = new Map();
  let entries = 0;
  const turn = async (contact, text) => {
    entries += 1;
    const said = [];
    let position = positions.get(contact) ?? turns.first(contact);
    let entry = { kind: 'message', id: `e${entries}`, at: Date.now(), message: { text } };
    for (;;) {
      const { contact: known, session, effects, lines } = turns.take(position, entry);
      position = { contact: known, session, revision: position.revision + 1, lines: position.lines + lines.length };
      const owed = carriedOut(effects, said);
      if (owed === null) break;
      const { key, cause } = owed;
      entry = { kind: 'call', id: key, at: Date.now(), key, cause, outcome: await call(owed) };
    }
    positions.set(contact, position);
    return said;
  };
  return { send: oneByOne(turn), close: async () => client?.close() };
}

/** Says what is to be said; answers the call that is owed, or null. */
function carriedOut(effects, said) {
  let owed = null;
  for (const effect of effects) {
    if (effect.kind === 'delivery') said.push(effect.message.text);
    else if (effect.kind === 'call') owed = effect;
  }
  return owed;
}

/** Turns of one flow as the conversation's runner takes them. */
async function turnsOf(flow) {
  const { takeTurn } = await compiled('src/engine/engine');
  const { route } = await compiled('src/conversation/routing');
  const { newContact } = await compiled('src/domain/contact');
  const { worldWith } = await compiled('src/domain/world');
  const live = { current: (id) => (id === flow.id ? flow : undefined), all: () => [flow], version: () => undefined };
  const context = {
    world: worldWith('bench'),
    serverUrl: ADDRESS,
    publicUrl: ADDRESS,
    timezone: 'UTC',
    tracing: false,
    integration: () => undefined,
  };
  return {
    first: (contact) => ({ contact: newContact('bench', contact), session: null, revision: 0, lines: 0 }),
    take(position, entry) {
      const running = position.session === null ? null : flow;
      const found = { running, starting: route(position, entry, live), current: live.current, version: live.version };
      return takeTurn(position, entry, found, context);
    },
  };
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
  const [{ createClient }, { createGuard }] = await Promise.all([
    compiled('src/calls/client'),
    compiled('src/calls/guard'),
  ]);
  const guard = createGuard({ allow: [new URL(ordersUrl).host] });
  const client = createClient({ guard, version: 'bench' });
  const call = ({ request, key }) => client.send({ ...request, headers: {} }, key);
  return { call, close: () => client.close() };
}
