import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ParleyError, messageOf } from '../domain/error.ts';
import type { JsonObject } from '../domain/json.ts';
import { flowJsonSchema } from '../flow/editor/flow.ts';
import { integrationJsonSchema } from '../flow/editor/integration.ts';
import { shown } from '../flow/files.ts';
import { testJsonSchema } from '../testing/editor.ts';
import { configOrFail } from './config.ts';

const MAKERS: ReadonlyMap<string, () => JsonObject> = new Map([
  ['flow', flowJsonSchema],
  ['integration', integrationJsonSchema],
  ['test', testJsonSchema],
]);

/** `parley schema`: the JSON Schema that editors complete and check flow files with, printed or written. */
export async function schema(options: { write?: boolean; for: string }): Promise<number> {
  if (options.write === true) return write(configOrFail().flowsDir);
  process.stdout.write(schemaText(options.for));
  return 0;
}

/** The text of a schema file. */
export function schemaText(kind: string): string {
  const make = MAKERS.get(kind);
  if (make === undefined) throw new ParleyError('wrong_use', `there is no schema for "${kind}"`);
  return `${JSON.stringify(make(), null, 2)}\n`;
}

async function write(flowsDir: string): Promise<number> {
  if (!existsSync(flowsDir)) {
    throw new ParleyError(
      'bad_config',
      `FLOWS_DIR names "${flowsDir}", which is not there`,
      'Make the folder, or name the one that has your flows.',
    );
  }
  const folder = join(flowsDir, '.schema');
  try {
    await mkdir(folder, { recursive: true });
    for (const kind of MAKERS.keys()) await writeFile(join(folder, `${kind}.json`), schemaText(kind));
  } catch (error) {
    throw new ParleyError('wrong_use', `the schema cannot be written: ${messageOf(error)}`);
  }
  process.stdout.write(
    `wrote ${shown(join(folder, 'flow.json'))}, integration.json and test.json: begin a flow with "# yaml-language-server: $schema=.schema/flow.json", a test in tests/ with "# yaml-language-server: $schema=../.schema/test.json", an integration in integrations/ with "# yaml-language-server: $schema=../.schema/integration.json"\n`,
  );
  return 0;
}
