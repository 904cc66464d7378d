/** How values are written into a body, so that none of them can break out of its place. */
export type BodyEncoding = 'json' | 'form' | 'xml' | 'text';

/**
 * What a media type says of the encoding. `json` anywhere in its name is JSON (`text/json`,
 * `application/x-amz-json-1.1`), as a server that reads it so would take what breaks out of a text.
 */
export function encodingOf(type: string): BodyEncoding {
  const [name = ''] = type.split(';');
  if (/json/i.test(name)) return 'json';
  if (/^\s*application\/x-www-form-urlencoded\b/i.test(name)) return 'form';
  return /[/+](xml|html|xhtml)\b/i.test(name) ? 'xml' : 'text';
}
