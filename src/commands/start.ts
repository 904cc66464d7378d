import { existsSync } from 'node:fs';
import { CHANNELS } from '../../channels/index.ts';
import { App } from '../app.ts';
import type { Channel } from '../channel/channel.ts';
import { missingNeeds } from '../channel/needs.ts';
import type { Config } from '../config/config.ts';
import { ParleyError } from '../domain/error.ts';
import { createLog } from '../log/logger.ts';
import { openStore } from '../store/index.ts';
import { listed } from '../wiring/host.ts';
import { configOrFail } from './config.ts';

/** `parley start`: runs until it is told to stop. */
export async function start(): Promise<number> {
  const config = configOrFail();
  const log = createLog({ level: config.logLevel, format: config.logFormat });
  const { open, off } = chosen(config);
  if (!existsSync(config.flowsDir)) {
    throw new ParleyError(
      'bad_config',
      `FLOWS_DIR names "${config.flowsDir}", which is not there`,
      'Make the folder, or name the one that has your flows.',
    );
  }
  // A promise that nobody waits for is a bug; one contact's bug must not end everybody's conversations.
  process.on('unhandledRejection', (reason) => log.error('a bug: nobody handled this', { reason: stackOf(reason) }));
  const store = await openStore({
    dataDir: config.dataDir,
    synchronous: config.storeSync,
    ...(config.mongodbUri === undefined ? {} : { mongodbUri: config.mongodbUri }),
  });
  const terminal = process.stdin.isTTY ? { terminal: { input: process.stdin, output: process.stdout } } : {};
  const app = await App.start({ config, log, store, channels: open, watchFlows: true, ...terminal });
  const stopped = untilStopped(app);
  process.stdout.write(banner(app, config, off));
  return await stopped;
}

function stackOf(reason: unknown): string {
  return reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
}

/** The channels that CHANNELS names, and those that stay off with what each needs. */
function chosen(config: Config): { open: Channel[]; off: string[] } {
  const unknown = config.channels.find((name) => !CHANNELS.has(name));
  if (unknown !== undefined) {
    throw new ParleyError(
      'bad_config',
      `CHANNELS names "${unknown}", which is no channel`,
      `Channels: ${[...CHANNELS.keys()].join(', ')}`,
    );
  }
  const open: Channel[] = [];
  const off: string[] = [];
  for (const channel of CHANNELS.values()) {
    const missing = missingNeeds(channel, config.env);
    if (!config.channels.includes(channel.name))
      off.push(
        `${channel.title}: add ${channel.name} to CHANNELS${missing.length > 0 ? ` and set ${missing.join(', ')}` : ''}`,
      );
    else if (missing.length > 0) off.push(`${channel.title}: set ${missing.join(', ')}`);
    else open.push(channel);
  }
  return { open, off };
}

function banner(app: App, config: Config, off: readonly string[]): string {
  const url = config.publicUrl ?? app.url.replace('127.0.0.1', 'localhost');
  const flows = listed(app.library, 'web');
  const lines = [
    '',
    `Parley is listening on ${url}`,
    '',
    ...flows.map((flow) => `  Chat:      ${url}/w/${flow.id}   (${flow.name})`),
    `  Terminal:  npm run chat${process.stdin.isTTY ? '   (or type here)' : ''}`,
    ...(config.demo ? [`  Demo API:  ${url}/demo`] : []),
    `  Store:     ${config.mongodbUri === undefined ? `embedded, in ${config.dataDir}` : 'MongoDB'}`,
    ...off.map((line) => `  Off:       ${line}`),
    ...(app.freshToken === undefined
      ? []
      : ['', `  Admin token, shown this once (kept in ${config.dataDir}):`, `  ${app.freshToken}`]),
    '',
    '',
  ];
  return lines.join('\n');
}

/** Waits for SIGTERM or SIGINT and stops in order; a second signal stops at once. */
function untilStopped(app: App): Promise<number> {
  return new Promise((resolve) => {
    let stopping = false;
    const stop = (): void => {
      if (stopping) process.exit(0);
      stopping = true;
      void app.close().then(
        () => resolve(0),
        () => resolve(1),
      );
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  });
}
