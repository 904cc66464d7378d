import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { ParleyError } from '../domain/error.ts';
import type { JsonObject } from '../domain/json.ts';
import { SCOPES, isScope } from './scopes.ts';
import type { Scope } from './scopes.ts';

/** A kept record, as the store has it. */
interface Kept {
  readonly kind: string;
  readonly id: string;
  readonly order: string;
  readonly body: JsonObject;
  readonly expiresAt?: number;
}

/** Where tokens are kept. */
export interface TokenStore {
  put(document: Kept): Promise<void>;
  get(kind: string, id: string): Promise<Kept | null>;
  page(query: { readonly kind: string; readonly before?: string; readonly limit: number }): Promise<readonly Kept[]>;
  remove(kind: string, id: string): Promise<boolean>;
}

/** A token as lists show it: never the token itself. `id` is the beginning of its hash; times are ISO 8601. */
export interface TokenFacts {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly created_at: string;
  readonly expires_at: string | null;
}

/** What is wanted of a new token; `expiresAt` in milliseconds since 1970. */
export interface NewToken {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expiresAt?: number;
}

const KIND = 'token';

/** Tokens that may exist; more are a mistake. */
const MOST = 1000;

/** API tokens: 256 random bits, shown once, kept as a hash, with scopes and an end, and revocable at once. */
export class Tokens {
  private readonly store: TokenStore;
  private readonly admin: Buffer;
  private readonly now: () => number;

  constructor(store: TokenStore, adminToken: string, now: () => number) {
    this.store = store;
    this.admin = digest(adminToken);
    this.now = now;
  }

  /** Makes a token. Throws `bad_request` for an unknown scope or a time that is over. */
  async add({ name, scopes, expiresAt }: NewToken): Promise<{ token: string; facts: TokenFacts }> {
    const good = scopes.map(scopeNamed);
    const now = this.now();
    if (name.trim() === '')
      throw new ParleyError('bad_request', 'name: a token needs a name, so that it can be told apart');
    if (good.length === 0) throw new ParleyError('bad_request', 'scopes: a token needs a scope', known());
    if (expiresAt !== undefined && expiresAt <= now)
      throw new ParleyError('bad_request', 'expires_at: is over already');
    const token = `parley_${randomBytes(32).toString('base64url')}`;
    const id = digest(token).toString('hex');
    const body = { name, scopes: good, created_at: new Date(now).toISOString() };
    const order = `${String(now).padStart(15, '0')}-${id}`;
    const kept = { kind: KIND, id, order, body, ...(expiresAt === undefined ? {} : { expiresAt }) };
    await this.store.put(kept);
    return { token, facts: factsOf(kept) };
  }

  /** All tokens that are still valid, newest first. */
  async list(): Promise<TokenFacts[]> {
    return (await this.store.page({ kind: KIND, limit: MOST })).map(factsOf);
  }

  /** From now on the token is refused. `id` is what the list shows. */
  async revoke(id: string): Promise<void> {
    const found = (await this.store.page({ kind: KIND, limit: MOST })).filter((kept) => kept.id.startsWith(id));
    const [only] = found;
    if (id.length < 8 || only === undefined || found.length > 1)
      throw new ParleyError('not_found', `there is no token "${id}"`, 'The list of tokens shows their ids.');
    await this.store.remove(KIND, only.id);
  }

  /** What a token may do, or null for one that nobody made, that has expired or was revoked. */
  async scopesOf(token: string): Promise<ReadonlySet<Scope> | null> {
    const hash = digest(token);
    if (timingSafeEqual(hash, this.admin)) return new Set(SCOPES);
    const kept = await this.store.get(KIND, hash.toString('hex'));
    if (kept === null || (kept.expiresAt ?? Infinity) <= this.now()) return null;
    return new Set(factsOf(kept).scopes);
  }
}

function scopeNamed(text: string): Scope {
  if (isScope(text)) return text;
  throw new ParleyError('bad_request', `scopes: there is no scope "${text}"`, known());
}

function known(): string {
  return `Scopes: ${SCOPES.join(', ')}.`;
}

function factsOf({ id, body, expiresAt }: Kept): TokenFacts {
  const { name, scopes, created_at: createdAt } = body;
  const listed = Array.isArray(scopes) ? scopes : [];
  return {
    id: id.slice(0, 12),
    name: typeof name === 'string' ? name : '',
    scopes: listed.filter((scope): scope is Scope => typeof scope === 'string' && isScope(scope)),
    created_at: typeof createdAt === 'string' ? createdAt : '',
    expires_at: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
