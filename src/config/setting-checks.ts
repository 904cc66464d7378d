/** One environment variable: its default, what it is for, and what is wrong with a value (null: nothing). */
export interface Setting {
  readonly default?: string;
  readonly help: string;
  readonly secret?: true;
  check(value: string): string | null;
}

/** Any value. */
export const anything = (): null => null;

/** One of some words. */
export function oneOf(...values: readonly string[]): Setting['check'] {
  return (value) => (values.includes(value) ? null : `must be one of ${values.join(', ')}`);
}

/** A port number. */
export function port(value: string): string | null {
  return /^\d{1,5}$/.test(value) && Number(value) <= 65_535 ? null : 'must be a port number from 0 to 65535';
}

/** An http(s) address with a host. */
export function httpUrl(value: string): string | null {
  return /^https?:\/\/[^/\s]+/i.test(value) && URL.canParse(value) ? null : 'must be an http(s) address with a host';
}

/** A MongoDB connection string. */
export function mongoUri(value: string): string | null {
  return /^mongodb(\+srv)?:\/\//.test(value) ? null : 'must begin with mongodb:// or mongodb+srv://';
}

/** Keys of 32 bytes in base64. */
export function keyRing(value: string): string | null {
  const good = value.split(',').every((key) => Buffer.from(key.trim(), 'base64').length === 32);
  return good ? null : 'must be 32 bytes in base64, or a comma list of such keys';
}

/** A token that cannot be guessed. */
export function longToken(value: string): string | null {
  return value.length >= 16 ? null : 'must have at least 16 characters';
}

/** A length of time, such as 90d. */
export function length(value: string): string | null {
  return /^[1-9]\d{0,5}[smhdw]$/.test(value) ? null : 'must be a number and a unit, such as 90d';
}

/** Whether a value is a digits; null when it is. */
export function digits(value: string): string | null {
  return /^\d{5,20}$/.test(value) ? null : 'must be the id that Meta shows, digits only';
}

/** Whether a value is a hosts; null when it is. */
export function hosts(value: string): string | null {
  const good = value.split(',').every((host) => /^(\*\.)?[a-z0-9.-]+(:\d{1,5})?$/i.test(host.trim()));
  return good ? null : 'must be hosts without scheme and path, such as shop.example, *.shop.example or localhost:8080';
}

/** Whether a value is an origins; null when it is. */
export function origins(value: string): string | null {
  const good = value.split(',').every((one) => /^(\*|https?:\/\/(\*\.)?[a-z0-9.-]+(:\d{1,5})?)$/i.test(one.trim()));
  return good ? null : 'must be origins without a path, such as https://shop.example or https://*.shop.example, or *';
}

/** Whether a value is a size; null when it is. */
export function size(value: string): string | null {
  return /^(0|[1-9]\d{0,2}(KB|MB))$/.test(value) ? null : 'must be a number with KB or MB, such as 10MB, or 0';
}

/** Whether a value is a per minute; null when it is. */
export function perMinute(value: string): string | null {
  return /^\d{1,6}$/.test(value) ? null : 'must be a whole number of requests a minute, or 0';
}

/** Whether a value is a rate; null when it is. */
export function rate(value: string): string | null {
  return /^[1-9]\d{0,3}$/.test(value) && Number(value) <= 1000 ? null : 'must be a whole number from 1 to 1000';
}

/** Whether a value is a sms action; null when it is. */
export function smsAction(value: string): string | null {
  return /^[a-z][a-z0-9-]*\.[a-z][a-z0-9_]*(@\S+)?$/.test(value)
    ? null
    : 'must be integration.action, or integration.action@credential';
}

/** Whether a value is a code template; null when it is. */
export function codeTemplate(value: string): string | null {
  return /^[a-z0-9_]+:[a-z]{2,3}(_[A-Z]{2})?(:no_button)?$/.test(value)
    ? null
    : 'must be a template and its language, such as login_code:en_US, with :no_button after it if it has no button';
}

/** Whether a value is a session name; null when it is. */
export function sessionName(value: string): string | null {
  return /^[\w-]{1,64}$/.test(value) ? null : 'must be up to 64 letters, digits, - and _';
}

/** Whether a value is a whole number; null when it is. */
export function wholeNumber(least: number, most: number): Setting['check'] {
  return (value) =>
    /^\d{1,9}$/.test(value) && Number(value) >= least && Number(value) <= most
      ? null
      : `must be a whole number from ${least} to ${most}`;
}

/** Whether a value can be a token: an example that was pasted with its "…" cannot even be sent; null when it can. */
export function token(value: string): string | null {
  return /^[\x20-\x7E]+$/.test(value.trim())
    ? null
    : 'must be copied whole from where it is shown: it has a sign in it that no token has, such as "…"';
}

/** The tokens of Slack look alike; each says by its beginning what it is. */
export function slackToken(...others: readonly string[]): Setting['check'] {
  return (value) => {
    const other = others.find((beginning) => value.trim().startsWith(beginning));
    return other === undefined
      ? token(value)
      : `is another token of Slack: one that begins with ${other} does something else`;
  };
}

/** One id as Slack shows it: the first letter says of what. */
export function slackId(...letters: readonly string[]): Setting['check'] {
  const id = new RegExp(`^[${letters.join('')}][A-Z0-9]{1,20}$`);
  const like = `must be an id that begins with ${letters.join(' or ')}, such as ${letters[0]}024BE91L`;
  return (value) => (id.test(value.trim()) ? null : like);
}

/** Several such ids in a comma list. */
export function slackIds(...letters: readonly string[]): Setting['check'] {
  const check = slackId(...letters);
  return (value) => {
    const wrong = value.split(',').find((one) => check(one) !== null);
    return wrong === undefined ? null : `"${wrong.trim()}" ${check(wrong)}; several are separated by commas`;
  };
}
