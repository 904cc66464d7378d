import { expect } from 'chai';
import { createGuard } from '../../src/calls/guard.ts';
import { gist, resolver } from './support.ts';

describe('OUTBOUND_ALLOW', () => {
  const names = { 'crm.lan': [['10.0.0.5']], 'other.lan': [['10.0.0.6']], 'meta.lan': [['169.254.169.254']] };
  const rows: readonly (readonly [string, string, string])[] = [
    ['crm.lan', 'http://crm.lan/', 'allowed'],
    ['crm.lan', 'http://CRM.LAN./', 'allowed'],
    ['CRM.lan.', 'http://crm.lan:8080/', 'allowed'],
    ['crm.lan', 'http://crm.lan:25/', 'allowed'],
    ['crm.lan', 'http://other.lan/', 'refused_address'],
    ['crm.lan', 'http://10.0.0.5/', 'refused_address'],
    ['crm.lan:8080', 'http://crm.lan:8080/', 'allowed'],
    ['crm.lan:8080', 'http://crm.lan/', 'refused_address'],
    ['crm.lan:443', 'https://crm.lan/', 'allowed'],
    ['crm.lan:80', 'https://crm.lan/', 'refused_address'],
    ['10.0.0.5', 'http://crm.lan/', 'allowed'],
    ['10.0.0.5', 'http://[::ffff:10.0.0.5]/', 'allowed'],
    ['10.0.0.5:8080', 'http://crm.lan/', 'refused_address'],
    ['10.0.0.5:8080', 'http://crm.lan:8080/', 'allowed'],
    ['10.0.0.0/24', 'http://crm.lan/', 'allowed'],
    ['10.0.1.0/24', 'http://crm.lan/', 'refused_address'],
    ['fd00::/8', 'http://[fd00::1]/', 'allowed'],
    ['::1', 'http://[::1]/', 'allowed'],
    ['[::1]:3000', 'http://[::1]:3000/', 'allowed'],
    ['[::1]:3000', 'http://[::1]:3001/', 'refused_address'],
    ['', 'http://crm.lan/', 'refused_address'],
    ['meta.lan', 'http://meta.lan/', 'refused_address'],
    ['169.254.169.254', 'http://169.254.169.254/', 'refused_address'],
    ['0.0.0.0/0', 'http://169.254.169.254/', 'refused_address'],
    ['0.0.0.0/0', 'http://100.100.100.200/', 'refused_address'],
    ['0.0.0.0/0', 'http://[::ffff:a9fe:a9fe]/', 'refused_address'],
    ['::/0', 'http://[fd00:ec2::254]/', 'refused_address'],
    ['0.0.0.0/0', 'http://192.168.7.7/', 'allowed'],
  ];
  for (const [entry, url, wanted] of rows) {
    it(`"${entry}": ${url} is ${wanted}`, async () => {
      const verdict = await createGuard({ allow: [entry], resolve: resolver(names) }).check(url);
      expect(verdict.kind === 'allowed' ? 'allowed' : gist(verdict.outcome)).to.equal(wanted);
    });
  }

  for (const entry of [
    'http://crm.lan',
    'crm.lan/api',
    '10.0.0.0/33',
    '10.0.0/8',
    '*.lan',
    'a b',
    'u@crm.lan',
    'crm.lan:x',
  ]) {
    it(`"${entry}" is a clear error at start`, () => {
      expect(() => createGuard({ allow: [entry] })).to.throw(/OUTBOUND_ALLOW has the entry/);
    });
  }
});
