import { expect } from 'chai';
import fc from 'fast-check';
import { isUnsealed, unseal } from '../../src/calls/unseal.ts';
import type { Unsealed } from '../../src/calls/unseal.ts';
import type { CallOutcome, CallRequest } from '../../src/domain/call.ts';
import { sourceOf } from './secrets.ts';

const BASE = {
  type: 'external_web_call',
  method: 'POST',
  url: 'https://api.example/v1',
  headers: {},
  timeout: 1000,
} as const;

describe('secrets in a request, whatever they are,', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string(),
    fc.constantFrom(
      '..',
      '.',
      '%2e%2e',
      '../',
      '//evil.example',
      '@evil.example',
      '\\',
      '?a=b',
      '#',
      '&admin=1',
      '"}',
      '\r\nX: y',
      '\0',
    ),
  );
  const withValue = async (value: string, more: Partial<CallRequest>): Promise<Unsealed | CallOutcome> =>
    await unseal({ ...BASE, ...more }, sourceOf({ secrets: { any: value } }));
  const any = { secret: 'secret.any' };

  it('cannot change the host, the path’s depth or the parameters of a URL', async () => {
    await fc.assert(
      fc.asyncProperty(anything, async (value) => {
        const result = await withValue(value, { url: ['https://api.example/a/', any, '/c?x=', any, '&y=1'] });
        if (!isUnsealed(result)) {
          expect(value).to.match(/^\.{1,2}$/);
          return;
        }
        const url = new URL(result.request.url);
        expect(url.origin).to.equal('https://api.example');
        expect(url.pathname.split('/')).to.have.length(4);
        expect([...url.searchParams.keys()]).to.deep.equal(['x', 'y']);
        expect(url.searchParams.get('x')).to.equal(value.toWellFormed());
        expect(url.hash).to.equal('');
      }),
    );
  });

  it('stay one value of a JSON body and one field of a form', async () => {
    await fc.assert(
      fc.asyncProperty(anything, async (value) => {
        const json = await withValue(value, {
          headers: { 'Content-Type': 'application/json' },
          body: ['{"a":"', any, '"}'],
        });
        expect(isUnsealed(json) && JSON.parse(json.request.body ?? '')).to.deep.equal({ a: value.toWellFormed() });
        const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
        const form = await withValue(value, { headers: type, body: ['a=', any, '&b=1'] });
        const fields = isUnsealed(form) ? [...new URLSearchParams(form.request.body)] : [];
        expect(fields).to.deep.equal([
          ['a', value.toWellFormed()],
          ['b', '1'],
        ]);
      }),
    );
  });

  it('stay one line of a header', async () => {
    await fc.assert(
      fc.asyncProperty(anything, async (value) => {
        const result = await withValue(value, { headers: { 'X-A': [any] } });
        const sent = isUnsealed(result) ? Object.entries(result.request.headers) : [];
        expect(sent).to.have.length(1);
        // oxlint-disable-next-line no-control-regex
        expect(sent[0]?.[1]).not.to.match(/[\u0000-\u001f\u007f]/);
      }),
    );
  });
});
