import { consoleChannel } from '../../channels/console.ts';
import { App } from '../app.ts';
import { newContact } from '../domain/contact.ts';
import { ParleyError } from '../domain/error.ts';
import { realWorld } from '../domain/world.ts';
import { createLog, printable } from '../log/logger.ts';
import { openStore } from '../store/index.ts';
import { traceLines } from '../wiring/reports.ts';
import { configOrFail } from './config.ts';
import { suggestion } from '../flow/language/suggest.ts';
import { startable } from './startable.ts';

/** `parley chat`: one conversation in the terminal, in memory, with the real engine and real calls. */
export async function chat(flowId: string | undefined, options: { channel: string; trace?: boolean }): Promise<number> {
  const config = { ...configOrFail(), port: 0, host: '127.0.0.1' };
  const log = createLog({ level: config.logLevel === 'debug' ? 'debug' : 'error', format: config.logFormat });
  const store = await openStore({ dataDir: ':memory:' });
  const channel = { ...consoleChannel, name: options.channel };
  const ended = withResolver();
  const app = await App.start({
    config: { ...config, ...inMemoryKeys(config) },
    log,
    store,
    channels: [channel],
    terminal: { input: process.stdin, output: process.stdout },
    watchFlows: true,
    onTurn: ({ events, conversation }) => {
      if (options.trace === true) for (const line of traceLines(events)) process.stdout.write(`     ${printable(line)}\n`);
      if (conversation.session === null && events.some((event) => event.kind === 'session_ended')) ended.resolve();
    },
  });
  try {
    await begin(app, flowId, options.channel);
    await Promise.race([ended.promise.then(afterLastMessage), inputEnd(), signal()]);
    return 0;
  } finally {
    await app.close(2000);
  }
}

async function begin(app: App, flowId: string | undefined, channel: string): Promise<void> {
  const flows = app.library.all();
  const flow = flowId === undefined ? startable(flows) : app.library.current(flowId);
  if (flow === undefined) {
    const hint = flowId === undefined ? undefined : suggestion(flowId, flows.map(({ id }) => id));
    throw new ParleyError('not_found', flowId === undefined ? 'there is no flow to talk to' : `there is no flow "${flowId}" that checks`, hint ?? 'Run `parley check` to see every problem with its line.');
  }
  process.stdout.write(`${flow.name} — type your answers; Ctrl-D ends.\n\n`);
  const contact = newContact(channel, 'terminal');
  await app.inbox.accept(contact, { kind: 'start', id: realWorld.id(), at: realWorld.now(), flow: flow.id });
}

/** A chat keeps nothing, so its keys are made up and forgotten. */
function inMemoryKeys(config: { secretKey: string | undefined; adminToken: string | undefined }): { secretKey: string; adminToken: string } {
  return { secretKey: config.secretKey ?? realWorld.id(), adminToken: config.adminToken ?? realWorld.id() };
}

function withResolver(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

/** The last message is on its way when the session ends: closing waits for it. */
function afterLastMessage(): void {
  process.stdin.pause();
}

/** Input that ends (Ctrl-D, a piped file) ends the chat once what was typed has been answered. */
function inputEnd(): Promise<void> {
  return new Promise((resolve) => process.stdin.once('end', () => setTimeout(resolve, 300)));
}

function signal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
