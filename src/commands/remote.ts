import type { TokenFacts } from '../api/tokens.ts';
import type { Admin } from '../api/v1/admin.ts';
import type { Operations, Page } from '../api/v1/operations.ts';
import { ERRORS, ParleyError, messageOf } from '../domain/error.ts';
import type { ErrorCode } from '../domain/error.ts';
import { isObject, own } from '../domain/json.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Server } from './reach.ts';

/** Milliseconds for an answer: an action's test may take its whole timeout. */
const PATIENCE = 300_000;

type Ask = <T>(method: string, where: string, body?: Json) => Promise<T>;

/** The operations of a running server, by its HTTP API. Its errors are thrown here as they were thrown there. */
export function remoteOperations(server: Server): Operations {
  const ask: Ask = (method, where, body) => request(server, method, where, body);
  return { ...remoteIntegrations(ask), ...remoteSecrets(ask), ...remoteLists(ask), ...remoteAdmin(ask) };
}

type ForLists = Pick<
  Operations,
  'calls' | 'call' | 'contacts' | 'contact' | 'overdue' | 'resetContact' | 'liveFiles' | 'places'
>;
type ForSecrets = Pick<Operations, 'secrets' | 'secret' | 'setSecret' | 'removeSecret' | 'keys' | 'rotateKeys'>;

function remoteIntegrations(ask: Ask): Omit<Operations, keyof ForLists | keyof ForSecrets | keyof Admin> {
  const of = (id: string, name?: string): string =>
    path`integrations/${id}/credentials` + (name === undefined ? '' : path`/${name}`);
  return {
    integrations: () => items(ask, 'integrations'),
    integration: (id) => ask('GET', path`integrations/${id}`),
    credentials: (integration) => items(ask, `credentials${query({ integration })}`),
    addCredential: (id, name, values) => ask('POST', of(id), { name, values }),
    changeCredential: (id, name, values) => ask('PATCH', of(id, name), { values }),
    renameCredential: (id, name, to) => ask('PATCH', of(id, name), { name: to }),
    testCredential: (id, name) => ask('POST', `${of(id, name)}/test`),
    removeCredential: (id, name, force) => ask('DELETE', `${of(id, name)}${forced(force)}`),
    testBlock: (id, block, variables) => ask('POST', path`flows/${id}/blocks/${block}/test`, { variables }),
    testAction: (id, action, given) => ask('POST', path`integrations/${id}/actions/${action}/test`, { ...given }),
  };
}

function remoteSecrets(ask: Ask): ForSecrets {
  return {
    secrets: () => items(ask, 'secrets'),
    secret: (name) => ask('GET', path`secrets/${name}`),
    setSecret: async (name, value) =>
      (await ask<{ created: boolean }>('PUT', path`secrets/${name}`, { value })).created,
    removeSecret: (name, force) => ask('DELETE', path`secrets/${name}` + forced(force)),
    keys: () => items(ask, 'keys'),
    rotateKeys: (step) => ask('POST', 'keys/rotate', { ...step }),
  };
}

function remoteLists(ask: Ask): ForLists {
  return {
    calls: (wanted) => ask<Page>('GET', `calls${query({ ...wanted })}`),
    call: (id) => ask('GET', path`calls/${id}`),
    contacts: (wanted) => ask<Page>('GET', `contacts${query(wanted)}`),
    contact: (id) => ask('GET', path`contacts/${id}`),
    overdue: (cursor) => ask('GET', `overdue${query(cursor)}`),
    liveFiles: (cursor) => ask('GET', `sources${query(cursor)}`),
    places: (cursor) => ask('GET', `sessions${query(cursor)}`),
    resetContact: async (id) => {
      const { session } = await ask<JsonObject>('GET', path`contacts/${id}`);
      if (session === null) return false;
      await ask('POST', path`contacts/${id}/reset`);
      return true;
    },
  };
}

function remoteAdmin(ask: Ask): Admin {
  return {
    tokens: () => items(ask, 'tokens'),
    addToken: async ({ name, scopes, expiresAt }) => {
      const until = expiresAt === undefined ? {} : { expires_at: new Date(expiresAt).toISOString() };
      const { token, ...facts } = await ask<TokenFacts & { token: string }>('POST', 'tokens', {
        name,
        scopes: [...scopes],
        ...until,
      });
      return { token, facts };
    },
    revokeToken: (id) => ask('DELETE', path`tokens/${id}`),
    deadLetters: (wanted) => ask<Page>('GET', `dead-letters${query(wanted)}`),
    deadLetter: (id) => ask('GET', path`dead-letters/${id}`),
    retryDeadLetter: (id) => ask('POST', path`dead-letters/${id}/retry`),
    dropDeadLetter: (id) => ask('DELETE', path`dead-letters/${id}`),
  };
}

async function items<T>(ask: Ask, from: string): Promise<readonly T[]> {
  return (await ask<{ items: readonly T[] }>('GET', from)).items;
}

/** A path whose values cannot be more than one part of it. */
function path(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return parts.reduce((text, part, i) => `${text}${encodeURIComponent(values[i - 1] ?? '')}${part}`);
}

function query(values: Readonly<Record<string, string | number | undefined>>): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined) given.set(name, String(value));
  return given.size === 0 ? '' : `?${given.toString()}`;
}

function forced(force: boolean): string {
  return force ? '?force=true' : '';
}

async function request<T>({ url, token }: Server, method: string, where: string, body: Json | undefined): Promise<T> {
  const response = await fetch(`${url}/api/v1/${where}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((error: unknown) => {
    throw new ParleyError('busy', `the server at ${url} did not answer: ${messageOf(error)}`, 'See its log.');
  });
  const text = await response.text();
  const answer = jsonOf(text);
  if (!response.ok) throw faultOf(response.status, answer, url);
  return answer as T;
}

function jsonOf(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function faultOf(status: number, answer: Json | undefined, url: string): ParleyError {
  const fault = own(answer, 'error');
  const [code, message, hint] = ['code', 'message', 'hint'].map((name) => own(fault, name));
  if (isObject(fault) && isCode(code) && typeof message === 'string')
    return new ParleyError(code, message, typeof hint === 'string' ? hint : undefined);
  return new ParleyError(
    'internal',
    `the server at ${url} answered ${status}`,
    'Is it a Parley server of this version?',
  );
}

function isCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERRORS, code);
}
