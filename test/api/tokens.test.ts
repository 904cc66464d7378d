import { expect } from 'chai';
import { Tokens } from '../../src/api/tokens.ts';
import type { ParleyError } from '../../src/domain/error.ts';
import { openStore } from '../../src/store/index.ts';
import type { Store } from '../../src/store/store.ts';

const ADMIN = 'the-admin-token-of-this-test';

describe('API tokens', () => {
  let store: Store;
  let now: number;
  let tokens: Tokens;

  beforeEach(async () => {
    store = await openStore({ dataDir: ':memory:' });
    now = Date.now();
    tokens = new Tokens(store, ADMIN, () => now);
  });
  afterEach(() => store.close());

  const problem = async (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => '',
      (error: ParleyError) => error.message,
    );

  it('a token has 256 bits, its scopes, and no others', async () => {
    const { token, facts } = await tokens.add({ name: 'shop', scopes: ['contacts:write', 'events:write'] });
    expect(token).to.match(/^parley_[\w-]{43}$/);
    expect([...((await tokens.scopesOf(token)) ?? [])]).to.deep.equal(['contacts:write', 'events:write']);
    expect(facts).to.deep.include({ name: 'shop', expires_at: null });
  });

  it('the store holds neither the token nor a part of it', async () => {
    const { token } = await tokens.add({ name: 'shop', scopes: ['contacts:read'] });
    const kept = JSON.stringify(await store.page({ kind: 'token', limit: 10 }));
    expect(kept).not.to.include(token.slice(7, 20));
    expect(JSON.stringify(await tokens.list())).not.to.include(token.slice(7, 20));
  });

  it('nobody made, expired or revoked: no scopes', async () => {
    expect(await tokens.scopesOf('parley_nobody')).to.equal(null);
    const short = await tokens.add({ name: 'short', scopes: ['flows:read'], expiresAt: now + 1000 });
    const long = await tokens.add({ name: 'long', scopes: ['flows:read'] });
    now += 1001;
    expect(await tokens.scopesOf(short.token)).to.equal(null);
    expect(await tokens.scopesOf(long.token)).not.to.equal(null);
    await tokens.revoke(long.facts.id);
    expect(await tokens.scopesOf(long.token)).to.equal(null);
  });

  it('the admin token has every scope', async () => {
    expect((await tokens.scopesOf(ADMIN))?.has('tokens:write')).to.equal(true);
  });

  it('what cannot be is refused in words', async () => {
    expect(await problem(tokens.add({ name: 'x', scopes: ['contacts:wirte'] }))).to.include('"contacts:wirte"');
    expect(await problem(tokens.add({ name: 'x', scopes: [] }))).to.include('scope');
    expect(await problem(tokens.add({ name: ' ', scopes: ['flows:read'] }))).to.include('name');
    expect(await problem(tokens.add({ name: 'x', scopes: ['flows:read'], expiresAt: now }))).to.include('expires_at');
    expect(await problem(tokens.revoke('abc'))).to.include('there is no token');
  });
});
