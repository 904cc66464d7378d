import { readFileSync } from 'node:fs';
import { readConfig } from '../config/config.ts';
import type { Config } from '../config/config.ts';
import { ParleyError } from '../domain/error.ts';
import { many, ok } from '../domain/finding.ts';
import type { Finding } from '../domain/finding.ts';
import { isObject, own } from '../domain/json.ts';
import { realWorld } from '../domain/world.ts';
import { ROOT } from '../version.ts';
import { area } from '../wiring/doctor/area.ts';
import type { Area } from '../wiring/doctor/area.ts';
import { checkChannels } from '../wiring/doctor/channels.ts';
import { checkFlows } from '../wiring/doctor/flows.ts';
import { checkFolder, checkNode } from '../wiring/doctor/machine.ts';
import { suspiciousSettings, wrongSettings } from '../wiring/doctor/settings.ts';
import { placesClient } from '../wiring/outgoing.ts';
import { checkInside } from './doctor-inside.ts';
import { line } from './print.ts';

/** `parley doctor`: what works, what does not, and what to do; 1 when there is a problem. It changes nothing. */
export async function doctor({ format }: { readonly format: string }): Promise<number> {
  const areas = await examine(process.env);
  if (format === 'json') process.stdout.write(`${JSON.stringify(rows(areas), null, 2)}\n`);
  else show(areas);
  return areas.some(({ findings }) => findings.some(({ state }) => state === 'problem')) ? 1 : 0;
}

async function examine(given: Config['env']): Promise<Area[]> {
  const { findings: wrong, env } = wrongSettings(given);
  const read = readConfig(env);
  // Whatever was wrong is left out, so what is left can be read.
  if (!('config' in read)) throw new ParleyError('bad_config', read.problem, read.hint);
  const { config } = read;
  const settings = [...wrong, ...suspiciousSettings(config)];
  return [
    { name: 'Settings', findings: settings.length === 0 ? [ok('nothing is wrong with them')] : settings },
    await area('Machine', async () => [checkNode(process.versions.node, wantedNode()), ...(await checkFolder(config))]),
    ...(await checkInside(config)),
    await area('Flows', () => checkFlows(config)),
    await area('Channels', () => channels(config)),
  ];
}

/** The channels' own checks go out by the guarded client, which here may also ask this server itself. */
async function channels(config: Config): Promise<Finding[]> {
  const itself = config.publicUrl === undefined ? [] : [new URL(config.publicUrl).host];
  const client = placesClient({ ...config, outboundAllow: [...config.outboundAllow, ...itself] });
  try {
    return await checkChannels(config, (request) => client.send(request, realWorld.id()));
  } finally {
    await client.close();
  }
}

function wantedNode(): string {
  const facts: unknown = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8'));
  const wanted = isObject(facts) ? own(facts['engines'], 'node') : undefined;
  return typeof wanted === 'string' ? wanted : '>=20.19';
}

function rows(areas: readonly Area[]): object[] {
  return areas.flatMap(({ name, findings }) => findings.map((each) => ({ area: name.toLowerCase(), ...each })));
}

function show(areas: readonly Area[]): void {
  for (const { name, findings } of areas) {
    line(name);
    for (const { state, text, fix } of findings)
      line(`  ${state.padEnd(8)} ${fix === undefined ? text : `${text.replace(/\.$/, '')}. ${fix}`}`);
  }
  const states = areas.flatMap(({ findings }) => findings.map(({ state }) => state));
  const count = (wanted: Finding['state']): number => states.filter((state) => state === wanted).length;
  line(`${count('ok')} ok, ${many(count('note'), 'note')}, ${many(count('problem'), 'problem')}`);
}
