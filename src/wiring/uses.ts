import { isObject } from '../domain/json.ts';
import type { Json } from '../domain/json.ts';
import { Findings } from '../flow/diagnostic.ts';
import { readSources } from '../flow/files.ts';
import { readYaml } from '../flow/read.ts';

/** A flow as its file says it: what it uses can be read there without compiling it. */
export interface WrittenFlow {
  readonly id: string;
  readonly data: Json;
}

/** The flows of a folder. A file that is no YAML has no flow in it. */
export async function writtenFlows(dir: string): Promise<WrittenFlow[]> {
  const { sources } = await readSources([dir]);
  return sources.flatMap(({ text, file }) => {
    const data = readYaml(text, new Findings(file))?.data;
    return isObject(data) && typeof data['flow'] === 'string' ? [{ id: data['flow'], data }] : [];
  });
}

/** Ids of the flows with a block that goes with this credential; `only` also counts blocks that name none. */
export function flowsUsing(flows: readonly WrittenFlow[], integration: string, name: string, only: boolean): string[] {
  const uses = (value: Json): boolean =>
    isObject(value) &&
    value['type'] === 'custom_integration' &&
    value['integration'] === integration &&
    (value['credential'] === name || (only && value['credential'] === undefined));
  return flows.filter(({ data }) => anyPart(data, uses)).map(({ id }) => id);
}

/** Ids of the flows with a text that takes this secret. */
export function flowsTaking(flows: readonly WrittenFlow[], name: string): string[] {
  const taken = new RegExp(`@[^]*?(?<![\\w.])secret\\.${name}(?![a-z0-9_])`);
  return flows
    .filter(({ data }) => anyPart(data, (value) => typeof value === 'string' && taken.test(value)))
    .map(({ id }) => id);
}

/** True when a value or anything in it fits. YAML files are at most 64 deep, so the stack is safe. */
function anyPart(value: Json, fits: (value: Json) => boolean): boolean {
  if (fits(value)) return true;
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((part: Json | undefined) => part !== undefined && anyPart(part, fits));
}
