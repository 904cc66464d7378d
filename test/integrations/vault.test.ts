import { inspect } from 'node:util';
import { expect } from 'chai';
import { isObject } from '../../src/domain/json.ts';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import { readKeyRing } from '../../src/integrations/keyring.ts';
import { createVault, keyIdOf } from '../../src/integrations/vault.ts';
import type { Owner } from '../../src/integrations/vault.ts';
import { newKey } from './kit.ts';

const OWNER: Owner = { kind: 'credential', id: 'user-login/main', origins: ['https://api.example'] };
const VALUES = { api_key: 'cnry-5f1e-ñ-"quoted"', user: 'ana' };

/** Every way to change one text or number of a record, named by its path. */
function changes(record: Json, path: string[] = []): [path: string, changed: Json][] {
  if (isObject(record))
    return Object.entries(record).flatMap(([name, value]) =>
      changes(value ?? null, [...path, name]).map(([where, changed]): [string, Json] => [
        where,
        { ...record, [name]: changed },
      ]),
    );
  const where = path.join('.');
  if (typeof record === 'number') return [[where, record + 1]];
  if (typeof record !== 'string' || where === 'kid') return [];
  const bytes = Buffer.from(record, 'base64');
  const flipped = [...bytes.keys()].map((i): [string, Json] => {
    const changed = Buffer.from(bytes);
    changed[i] = (changed[i] ?? 0) ^ 1;
    return [`${where}[${i}]`, changed.toString('base64')];
  });
  const shorter: Json[] = [bytes.subarray(1).toString('base64'), '', `${record}\n`, `${record}=`];
  return [...flipped, ...shorter.map((text): [string, Json] => [`${where} ${JSON.stringify(text).length}`, text])];
}

describe('the vault (S19)', () => {
  const key = newKey();
  const vault = createVault(readKeyRing(key));

  it('TI7: opens what it sealed, and shows none of it', () => {
    const record = vault.seal(OWNER, VALUES);
    expect(vault.open(OWNER, record)).to.deep.equal({ kind: 'opened', values: VALUES });
    const text = JSON.stringify(record);
    for (const secret of [...Object.values(VALUES), 'api_key', key]) expect(text).not.to.contain(secret);
    expect(record).to.have.keys('v', 'kid', 'key', 'values');
  });

  it('never seals the same twice: data key and nonces are new each time', () => {
    const parts = Array.from({ length: 50 }, () => vault.seal(OWNER, VALUES)).flatMap(({ key: wrapped, values }) =>
      [wrapped, values].flatMap((part) => (isObject(part) ? [part['iv'], part['ct'], part['tag']] : [])),
    );
    expect(new Set(parts).size).to.equal(300);
  });

  it('notices every byte that was changed', () => {
    const record = vault.seal(OWNER, VALUES);
    const all = changes(record);
    expect(all.length).to.be.greaterThan(150);
    for (const [where, changed] of all) expect(vault.open(OWNER, changed), where).to.deep.equal({ kind: 'tampered' });
    for (const [where, changed] of all) {
      if (!where.startsWith('values')) expect(vault.rewrap(OWNER, changed).kind, where).to.be.oneOf(['tampered']);
    }
  });

  const OTHERS: readonly [what: string, owner: Owner][] = [
    ['another name', { ...OWNER, id: 'user-login/other' }],
    ['another integration', { ...OWNER, id: 'shop/main' }],
    ['another kind', { ...OWNER, kind: 'secret' }],
    ['another origin', { ...OWNER, origins: ['https://evil.example'] }],
    ['one origin more', { ...OWNER, origins: [...OWNER.origins, 'https://evil.example'] }],
    ['no origin', { ...OWNER, origins: [] }],
  ];
  for (const [what, owner] of OTHERS)
    it(`TI7: does not open a record that was copied to ${what}`, () => {
      expect(vault.open(owner, vault.seal(OWNER, VALUES))).to.deep.equal({ kind: 'tampered' });
    });

  it('does not take the parts of two records for one', () => {
    const [one, two] = [vault.seal(OWNER, VALUES), vault.seal(OWNER, { api_key: 'older' })];
    expect(vault.open(OWNER, { ...one, values: two['values'] }).kind).to.equal('tampered');
    expect(vault.open(OWNER, { ...one, key: two['key'] }).kind).to.equal('tampered');
    expect(vault.open(OWNER, { ...one, key: one['values'], values: one['key'] }).kind).to.equal('tampered');
  });

  for (const nonsense of [undefined, null, 'text', 7, [], {}, { v: 1 }, { v: 1, kid: 'x' }, { v: 2, kid: 7 }])
    it(`says that ${JSON.stringify(nonsense)} is no record of its own, and does not fall over`, () => {
      expect(vault.open(OWNER, nonsense).kind).to.be.oneOf(['tampered', 'lost_key']);
    });

  it('names the key that is missing', () => {
    const record = vault.seal(OWNER, VALUES);
    const other = createVault(readKeyRing(newKey()));
    const kid = keyIdOf(record) ?? '';
    expect(kid).to.match(/^[0-9a-f]{12}$/);
    expect(other.open(OWNER, record)).to.deep.equal({ kind: 'lost_key', key: kid });
    expect(other.rewrap(OWNER, record)).to.deep.equal({ kind: 'lost_key', key: kid });
  });

  it('puts a record under the newest key without touching its values', () => {
    const record = vault.seal(OWNER, VALUES);
    const next = newKey();
    const both = createVault(readKeyRing(`${next},${key}`));
    const result = both.rewrap(OWNER, record);
    if (result.kind !== 'rewrapped') throw new Error(result.kind);
    expect(result.record['values']).to.deep.equal(record['values']);
    expect(result.record['kid']).not.to.equal(record['kid']);
    expect(result.record['key']).not.to.deep.equal(record['key']);
    expect(both.rewrap(OWNER, result.record)).to.deep.equal({ kind: 'current' });
    expect(createVault(readKeyRing(next)).open(OWNER, result.record)).to.deep.equal({ kind: 'opened', values: VALUES });
    expect(both.open(OWNER, record)).to.deep.equal({ kind: 'opened', values: VALUES });
  });
});

describe('the key ring', () => {
  const [a, b] = [newKey(), newKey()];

  it('knows its keys by ids that do not depend on their order', () => {
    const [ring, turned] = [readKeyRing(`${a}, ${b}`), readKeyRing(`${b},${a}`)];
    expect(ring.ids()).to.deep.equal(turned.ids().toReversed());
    expect(ring.current().id).to.equal(ring.ids()[0]);
    expect(ring.find(turned.current().id)?.id).to.equal(ring.ids()[1]);
    expect(ring.find('nothing')).to.equal(undefined);
  });

  it('shows no key when it is printed', () => {
    const ring = readKeyRing(a);
    const hex = Buffer.from(a, 'base64').toString('hex');
    const printed = [ring.current(), ring, ring.ids()]
      .map((each) => JSON.stringify(each) + inspect(each, { depth: 5 }))
      .join();
    expect(printed).not.to.contain(a).and.not.to.contain(hex);
  });

  for (const bad of ['', 'short', `${newKey()},`, Buffer.alloc(31).toString('base64')])
    it(`refuses ${JSON.stringify(bad.slice(0, 8))}… with what to do`, () => {
      expect(() => readKeyRing(bad))
        .to.throw('SECRET_KEY must be 32 bytes in base64')
        .with.property('code', 'bad_config');
    });

  it('takes a new ring while it is in use', () => {
    const ring = readKeyRing(a);
    const vault = createVault(ring);
    const record: JsonObject = vault.seal(OWNER, VALUES);
    ring.replace(`${b},${a}`);
    expect(vault.open(OWNER, record).kind).to.equal('opened');
    expect(vault.seal(OWNER, VALUES)['kid']).to.equal(readKeyRing(b).current().id);
  });
});
