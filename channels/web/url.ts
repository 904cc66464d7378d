import { isHttpUrl } from '../../src/domain/url.ts';

/** The URL if a browser may open it: absolute, http(s), with a host and without a password; else undefined. */
export function webUrl(value: string | undefined): string | undefined {
  return parseWebUrl(value) === undefined ? undefined : value;
}

/** The same, parsed. */
export function parseWebUrl(value: string | undefined): URL | undefined {
  if (value === undefined || !isHttpUrl(value)) return undefined;
  const url = new URL(value);
  return url.username === '' && url.password === '' ? url : undefined;
}
