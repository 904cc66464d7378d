import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Deployment, DeploymentPage } from '../api/v1/deployment.ts';
import type { Config } from '../config/config.ts';
import { ParleyError } from '../domain/error.ts';
import { mergePlaces } from '../domain/place.ts';
import { readSources } from '../flow/files.ts';
import { planOf } from '../flow/plan.ts';
import type { Plan, PlanInput } from '../flow/plan.ts';
import { deploymentOf } from '../wiring/deployment.ts';
import { configOrFail } from './config.ts';
import { planLines } from './plan-text.ts';
import { reach } from './reach.ts';
import { remoteOperations } from './remote.ts';

/** `parley plan`: what deploying these files would do; 1 when somebody should look at it first. */
export async function plan(paths: readonly string[], options: { format: string }): Promise<number> {
  const config = configOrFail();
  const wanted = paths.length === 0 ? [config.flowsDir] : paths;
  const missing = wanted.find((path) => !existsSync(path));
  if (missing !== undefined) throw new ParleyError('wrong_use', `there is no file or folder "${missing}"`);
  const made = planOf({ ...(await newFiles(wanted)), ...(await live(config)) });
  process.stdout.write(
    options.format === 'json' ? `${JSON.stringify(made, null, 2)}\n` : `${planLines(made).join('\n')}\n`,
  );
  return needsSomebody(made) ? 1 : 0;
}

function needsSomebody({ attention, problems }: Plan): boolean {
  return attention > 0 || problems.length > 0;
}

/** A folder is everything there will be. Files named one by one are a part: the other flows stay as they are. */
async function newFiles(paths: readonly string[]): Promise<Pick<PlanInput, 'after' | 'partial' | 'unopened'>> {
  const { sources, diagnostics } = await readSources(paths);
  const facts = await Promise.all(paths.map((path) => stat(path)));
  const partial = facts.every((fact) => fact.isFile());
  const after = new Map(sources.map((source) => [source.file, source]));
  return { after: [...after.values()], partial, unopened: diagnostics };
}

type LiveNow = Pick<PlanInput, 'before' | 'places'>;

/** What is live on the running server, or in the store. Where there is neither, every flow is new. Says which it was. */
async function live(config: Config): Promise<LiveNow> {
  const { mongodbUri, adminToken, publicUrl, dataDir } = config;
  const stored = mongodbUri !== undefined || existsSync(join(dataDir, 'parley.db'));
  if (!stored && adminToken === undefined && publicUrl === undefined) {
    note(`there is no store in ${dataDir} yet, so nothing is live and every flow is new`);
    return { before: [], places: [] };
  }
  return reach(config, {
    server: (server) => {
      note(`compared with the server at ${server.url}`);
      return liveNow(remoteOperations(server));
    },
    store: async ({ store }) => {
      if (!stored) throw nothing(dataDir);
      note(`no server answers: compared with the store ${mongodbUri === undefined ? `in ${dataDir}` : 'on MongoDB'}`);
      return liveNow(deploymentOf(store));
    },
  });
}

/** What a person should know, beside the plan that programs read. */
function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

function nothing(dataDir: string): ParleyError {
  return new ParleyError(
    'not_found',
    `no server answers, and there is no store in ${dataDir}`,
    'Set PUBLIC_URL (or HOST and PORT) and ADMIN_TOKEN as the server has them, or DATA_DIR to its store.',
  );
}

async function liveNow(deployment: Deployment): Promise<LiveNow> {
  const before = await allOf((cursor) => deployment.liveFiles(cursor === undefined ? {} : { before: cursor }));
  const places = await allOf((cursor) => deployment.places(cursor === undefined ? {} : { after: cursor }));
  return { before, places: mergePlaces(places) };
}

async function allOf<T>(page: (cursor: string | undefined) => Promise<DeploymentPage<T>>): Promise<T[]> {
  const found: T[] = [];
  let cursor: string | undefined;
  do {
    const { items, next } = await page(cursor);
    found.push(...items);
    cursor = next;
  } while (cursor !== undefined);
  return found;
}
