import { stringify } from 'yaml';
import type { Json } from '../domain/json.ts';

/** A value as YAML that people read and go on writing; long texts stay on their line. */
export function toYaml(value: Json): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false, version: '1.2' });
}
