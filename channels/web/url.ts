/** The URL if it is an absolute http(s) one with a host and without a password, else undefined: never `javascript:`. */
export function webUrl(value: string | undefined): string | undefined {
  return parseWebUrl(value) === undefined ? undefined : value;
}

/** The same, parsed. Browsers read `https:shop` and `https:\\shop` as URLs with a host; a careful person does not. */
export function parseWebUrl(value: string | undefined): URL | undefined {
  if (value === undefined || !/^https?:\/\/[^/\\?#\s]/i.test(value) || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  return url.username === '' && url.password === '' && url.hostname !== '' ? url : undefined;
}
