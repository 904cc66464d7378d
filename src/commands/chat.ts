import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { consoleChannel } from '../../channels/console.ts';
import { App } from '../app.ts';
import type { Config } from '../config/config.ts';
import { newContact } from '../domain/contact.ts';
import { ParleyError } from '../domain/error.ts';
import { printable } from '../domain/printable.ts';
import type { Flow } from '../domain/flow.ts';
import { realWorld } from '../domain/world.ts';
import { createLog } from '../log/logger.ts';
import { openStore } from '../store/index.ts';
import { traceLines } from '../wiring/reports.ts';
import { borrowSecrets } from './borrow.ts';
import type { Borrowed } from './borrow.ts';
import { configOrFail } from './config.ts';
import { suggestion } from '../flow/language/suggest.ts';
import { startable } from './startable.ts';

/** `parley chat`: one conversation in the terminal, in memory, with the real engine and real calls. */
export async function chat(flowId: string | undefined, options: { channel: string; trace?: boolean }): Promise<number> {
  const config = { ...configOrFail(), port: 0, host: '127.0.0.1' };
  const log = createLog({ level: config.logLevel === 'debug' ? 'debug' : 'error', format: config.logFormat });
  const store = await openStore({ dataDir: ':memory:' });
  const borrowed = await borrowSecrets(config, store);
  if ('reason' in borrowed && borrowed.reason !== null) process.stderr.write(`parley: ${borrowed.reason}\n`);
  const typed = new PassThrough();
  const ended = new EventEmitter();
  const app = await App.start({
    config: { ...config, ...inMemoryKeys(config, borrowed) },
    log,
    store,
    channels: [{ ...consoleChannel, name: options.channel }],
    terminal: { input: typed, output: process.stdout },
    watchFlows: true,
    onTurn: ({ events, conversation }) => {
      if (options.trace === true)
        for (const line of traceLines(events)) process.stdout.write(`     ${printable(line)}\n`);
      if (conversation.session === null && events.some((event) => event.kind === 'session_ended')) ended.emit('over');
    },
  });
  try {
    // Before it begins: a flow that asks nothing is over at once.
    const over = once(ended, 'over');
    await begin(app, flowId, options.channel);
    process.stdin.pipe(typed);
    await Promise.race([over, once(process.stdin, 'end'), once(process, 'SIGINT'), once(process, 'SIGTERM')]);
    await lastWords(app);
    return 0;
  } finally {
    process.stdin.unpipe(typed);
    process.stdin.pause();
    await app.close(2000);
  }
}

/** What was typed before the end is still answered, and what was said is still printed. */
async function lastWords(app: App): Promise<void> {
  await setImmediate();
  await app.idle();
}

async function begin(app: App, flowId: string | undefined, channel: string): Promise<void> {
  const flows = app.library.all();
  const flow = flowId === undefined ? startable(flows) : app.library.current(flowId);
  if (flow === undefined) throw noFlow(flowId, flows);
  process.stdout.write(`${flow.name} — type your answers; Ctrl-D ends.\n\n`);
  const contact = newContact(channel, 'terminal');
  await app.inbox.accept(contact, { kind: 'start', id: realWorld.id(), at: realWorld.now(), flow: flow.id });
}

function noFlow(wanted: string | undefined, flows: readonly Flow[]): ParleyError {
  const ids = flows.map(({ id }) => id);
  const live = ids.length === 0 ? '' : `Flows: ${ids.join(', ')}. `;
  const hint = `${live}Run \`parley check\` to see every problem with its line.`;
  if (wanted === undefined) return new ParleyError('not_found', 'there is no flow to talk to', hint);
  return new ParleyError('not_found', `there is no flow "${wanted}" that checks`, suggestion(wanted, ids) ?? hint);
}

/** A chat keeps nothing, so its keys are made up and forgotten, but for those that open what was borrowed. */
function inMemoryKeys(config: Config, borrowed: Borrowed): { secretKey: string; adminToken: string } {
  const made = randomBytes(32).toString('base64');
  const secretKey = 'secretKey' in borrowed ? borrowed.secretKey : (config.secretKey ?? made);
  return { secretKey, adminToken: config.adminToken ?? realWorld.id() };
}
