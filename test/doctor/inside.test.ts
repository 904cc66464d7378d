import { expect } from 'chai';
import type { CredentialRow, IntegrationFacts, KeyRow } from '../../src/api/v1/operations.ts';
import { newContact } from '../../src/domain/contact.ts';
import type { Conversation } from '../../src/domain/conversation.ts';
import { OVERDUE_AFTER, overdueSince } from '../../src/domain/overdue.ts';
import { checkKeys, checkStock } from '../../src/wiring/doctor/secrets.ts';
import { checkWork } from '../../src/wiring/doctor/work.ts';
import { lines } from './kit.ts';

describe('doctor: keys, credentials, secrets', () => {
  const key = (id: string, records: number, more: Partial<KeyRow> = {}): KeyRow => ({
    id,
    records,
    current: id === 'k1',
    in_ring: true,
    ...more,
  });

  it('keys that are lost, or old', () => {
    expect(lines(checkKeys([key('k1', 3), key('k0', 0)]))).to.deep.equal([
      'ok the key opens everything that is encrypted (3 records)',
    ]);
    expect(lines(checkKeys([key('k1', 3), key('k0', 2), key('kx', 1, { in_ring: false })]))).to.deep.equal([
      'problem 1 credential or secret cannot be opened: the key kx is not in SECRET_KEY',
      'note 2 records under an older key',
    ]);
  });

  const integration = (id: string, names: readonly string[], required = true): IntegrationFacts => ({
    id,
    group: 'custom',
    name: id,
    description: null,
    logo: null,
    file: `${id}.yaml`,
    origins: [],
    actions: [],
    authentication: { name: null, fields: [{ identifier: 'key', name: null, type: 'password', required }] },
    credentials: names.map((name) => ({ name })),
  });
  const uses = (id: string, ...blocks: readonly object[]): { id: string; data: { blocks: never } } => ({
    id,
    data: JSON.parse(JSON.stringify({ blocks })),
  });
  const call = (to: string, credential?: string): object => ({
    type: 'custom_integration',
    integration: to,
    credential,
  });
  const credentials: CredentialRow[] = [];

  it('integrations without a credential, blocks that name none or a wrong one, secrets that are not set', () => {
    const findings = checkStock({
      integrations: [
        integration('crm', []),
        integration('mail', []),
        integration('pay', ['main', 'test']),
        integration('open', [], false),
      ],
      credentials,
      secrets: [{ name: 'known', created_at: '', readable: true }],
      flows: [
        uses('order', call('crm'), call('pay'), call('pay', 'tset'), call('pay', 'main'), call('open')),
        uses(
          'news',
          { url: 'https://x.example/?k=@secret.known&l=@(secret.missing)' },
          { text: 'no secret.other here' },
        ),
      ],
    });
    expect(lines(findings)).to.deep.equal([
      'problem the integration crm has no credential, and order cannot call it',
      'note the integration mail has no credential; no flow uses it',
      'problem the flow order calls pay without naming one of its credentials',
      'problem the flow order names the credential "tset" of pay, which is not there',
      'problem news uses @secret.missing, which is not set',
    ]);
  });

  it('says so when all is there', () => {
    const flows = [uses('order', call('crm'))];
    expect(
      lines(checkStock({ integrations: [integration('crm', ['a'])], credentials, secrets: [], flows })),
    ).to.deep.equal(['ok 1 integration, 0 credentials, 0 secrets: flows find all that they name']);
  });
});

describe('doctor: conversations', () => {
  const NOW = 10 * OVERDUE_AFTER;
  const conversation: Conversation = {
    id: 'web:a',
    contact: newContact('web', 'a'),
    session: null,
    inbox: [],
    owed: [],
    revision: 1,
    lines: 0,
  };
  const waiting = (at: number): Conversation => ({ ...conversation, inbox: [{ kind: 'reset', id: 'r', at }] });
  const again = (notBefore: number): Conversation['owed'] => [
    { kind: 'delivery', key: 'k', cause: 'c', flow: 'f', block: 'b', message: { text: 'x' }, notBefore },
  ];

  it('is overdue when nobody has taken what waits, or woken it', () => {
    const late = NOW - OVERDUE_AFTER - 1;
    expect(overdueSince(conversation, NOW)).to.equal(null);
    expect(overdueSince(waiting(NOW - 1000), NOW)).to.equal(null);
    expect(overdueSince(waiting(late), NOW)).to.equal(late);
    expect(overdueSince({ ...waiting(late), owed: again(NOW + 1) }, NOW)).to.equal(null);
    expect(overdueSince({ ...conversation, owed: again(late) }, NOW)).to.equal(late);
  });

  it('counts over all pages, and dead letters with them', async () => {
    const row = { contact: 'web:a', since: '2026-01-05T09:00:00.000Z' };
    const operations = {
      deadLetters: async () => ({ items: [{ id: 'a' }, { id: 'b' }] }),
      overdue: async ({ after }: { after?: string }) =>
        after === undefined ? { items: [row], next: 'x' } : { items: [{ ...row, since: '2026-01-04T00:00:00.000Z' }] },
    };
    const late = '2 conversations overdue, the longest since 2026-01-04T00:00:00.000Z';
    const dead = 'problem 2 dead letters: entries that no try could take';
    expect(lines(await checkWork(operations, true))).to.deep.equal([dead, `problem ${late}`]);
    expect(lines(await checkWork(operations, false))).to.deep.equal([dead, `note ${late}`]);
    const quiet = { deadLetters: async () => ({ items: [] }), overdue: async () => ({ items: [] }) };
    expect(lines(await checkWork(quiet, true))).to.deep.equal([
      'ok there are no dead letters',
      'ok no conversation is overdue',
    ]);
  });
});
