import { shownText } from '../domain/call.ts';
import type { CallOutcome, CallRequest, Sealed, SecretRef } from '../domain/call.ts';
import { encodingOf } from '../domain/encoding.ts';
import type { BodyEncoding } from '../domain/encoding.ts';
import { messageOf } from '../domain/error.ts';
import { parsedUrl } from './allow.ts';
import { encoderFor, headerValue, percent, sameSteps } from './encode.ts';
import { failed } from './failure.ts';
import type { PlainRequest } from './prepare.ts';
import type { FoundCredential, SecretSource } from './secrets.ts';

/** A request in clear, and the values that must never be seen of it. */
export interface Unsealed {
  readonly request: PlainRequest;
  /** Values to be masked wherever they turn up. */
  readonly secrets: readonly string[];
  /** The credential that was taken. */
  readonly credential?: string;
}

type Credential = Extract<FoundCredential, { kind: 'found' }>;

/** Values by reference (`secret.crm_key`, `auth.api_key`). */
interface Bag {
  readonly values: ReadonlyMap<string, string>;
  readonly credential?: Credential;
}

/**
 * Puts the secrets in, encoded for the place they stand in. A secret that cannot be had, and a credential that
 * would go to another origin than its integration's, end the call before anything is sent.
 */
export async function unseal(sealed: CallRequest, source: SecretSource): Promise<Unsealed | CallOutcome> {
  const bag = await gather(sealed, source);
  if ('kind' in bag) return bag;
  const request = filled(sealed, bag.values);
  const wrong = misled(sealed, request.url, bag);
  if (wrong !== undefined) return wrong;
  const used = [...bag.values].filter(([name]) => isSecret(name, bag)).map(([, value]) => value);
  const basic = sealed.auth === undefined || used.length === 0 ? [] : [basicToken(sealed.auth, bag.values)];
  const secrets = [...new Set([...used, ...basic])];
  return { request, secrets, ...(bag.credential === undefined ? {} : { credential: bag.credential.name }) };
}

/** True for what {@link unseal} answers when the request may go. */
export function isUnsealed(result: Unsealed | CallOutcome): result is Unsealed {
  return 'secrets' in result;
}

/** A field of a credential may be plain text, such as the number of an account; every `@secret` is one. */
function isSecret(name: string, { credential }: Bag): boolean {
  return !name.startsWith('auth.') || credential === undefined || credential.secret.includes(name.slice(5));
}

async function gather(request: CallRequest, source: SecretSource): Promise<Bag | CallOutcome> {
  const names = [...new Set(references(request))];
  const auth = names.some((name) => name.startsWith('auth.'));
  try {
    const credential = auth ? await credentialFor(request, source) : undefined;
    if (credential?.kind === 'missing') return missing(credential.reason);
    const values = new Map<string, string>();
    for (const name of names) {
      const found = await lookUp(name, credential, source);
      if (found.kind === 'missing') return missing(found.reason);
      values.set(name, found.value);
    }
    return { values, ...(credential === undefined ? {} : { credential }) };
  } catch (error) {
    return missing(`${names.map((name) => `@${name}`).join(', ')} could not be read: ${messageOf(error)}`);
  }
}

async function credentialFor({ action }: CallRequest, source: SecretSource): Promise<FoundCredential> {
  if (action !== undefined) return await source.credential(action.integration, action.credential);
  return { kind: 'missing', reason: '@auth is known only in requests of a custom integration' };
}

async function lookUp(
  name: string,
  credential: Credential | undefined,
  source: SecretSource,
): Promise<{ kind: 'found'; value: string } | { kind: 'missing'; reason: string }> {
  const [space, key] = [name.slice(0, name.indexOf('.')), name.slice(name.indexOf('.') + 1)];
  if (space === 'secret') return await source.secret(key);
  if (space !== 'auth' || credential === undefined) return { kind: 'missing', reason: `there is no secret @${name}` };
  const value = Object.hasOwn(credential.values, key) ? credential.values[key] : undefined;
  if (value !== undefined) return { kind: 'found', value };
  return {
    kind: 'missing',
    reason: `the credential "${credential.name}" has no value for ${key}, which is read as @${name}`,
  };
}

function references({ url, headers, auth, body }: CallRequest): string[] {
  const texts = [url, ...Object.values(headers), auth?.username ?? '', auth?.password ?? '', body ?? ''];
  return texts.flatMap((text) =>
    typeof text === 'string' ? [] : text.filter(isReference).map(({ secret }) => secret),
  );
}

function filled(sealed: CallRequest, values: Bag['values']): PlainRequest {
  const put = (text: Sealed, encode: (value: string) => string): string => fill(text, values, encode);
  const given = Object.entries(sealed.headers).filter(
    ([name]) => sealed.auth === undefined || name.toLowerCase() !== 'authorization',
  );
  const headers = Object.fromEntries(given.map(([name, text]) => [name, put(text, headerValue)]));
  return {
    method: sealed.method,
    url: put(sealed.url, percent),
    headers:
      sealed.auth === undefined ? headers : { ...headers, Authorization: `Basic ${basicToken(sealed.auth, values)}` },
    timeout: sealed.timeout,
    ...(sealed.body === undefined ? {} : { body: put(sealed.body, encoderFor(encodingFor(sealed))) }),
  };
}

/** A request that was owed by an older version does not say. */
function encodingFor({ encoding, headers }: CallRequest): BodyEncoding {
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  return encoding ?? encodingOf(shownText(type));
}

function basicToken({ username, password }: NonNullable<CallRequest['auth']>, values: Bag['values']): string {
  const raw = (value: string): string => value;
  const pair = `${fill(username, values, raw)}:${fill(password, values, raw)}`;
  return Buffer.from(pair.toWellFormed()).toString('base64');
}

function fill(text: Sealed, values: Bag['values'], encode: (value: string) => string): string {
  if (typeof text === 'string') return text;
  return text.map((part) => (isReference(part) ? encode(values.get(part.secret) ?? '') : part)).join('');
}

/** Refuses a URL that leads elsewhere than it was written to, now that the secrets are in it. */
function misled(sealed: CallRequest, url: string, { credential }: Bag): CallOutcome | undefined {
  const final = parsedUrl(url);
  if (final === undefined) return undefined;
  if (typeof sealed.url !== 'string' && !sameSteps(url, final))
    return failed('bad_request', 'A secret of "." or ".." would change the path of the URL.');
  if (credential === undefined || credential.origins.includes(final.origin)) return undefined;
  const allowed = credential.origins.length === 0 ? 'nowhere' : `to ${credential.origins.join(', ')} only`;
  return failed(
    'refused_address',
    `The credential "${credential.name}" may be sent ${allowed}, and this request goes to ${final.origin}; nothing was sent.`,
  );
}

function isReference(part: string | SecretRef): part is SecretRef {
  return typeof part !== 'string';
}

/** The reason as one sentence. */
function missing(reason: string): CallOutcome {
  const text = reason.charAt(0).toUpperCase() + reason.slice(1);
  return failed('no_secret', /[.!?]$/.test(text) ? text : `${text}.`);
}
