import { expect } from 'chai';
import type { CallRequest, Sealed } from '../../src/domain/call.ts';
import type { Effect } from '../../src/domain/effect.ts';
import { withAddress, withoutAddress } from '../../src/domain/own-address.ts';

const ONE = 'http://127.0.0.1:3001';
const TWO = 'http://127.0.0.1:3002';

function request(url: Sealed): CallRequest {
  return { type: 'webhook', method: 'GET', url, headers: {}, timeout: 1000 };
}

/** The URL of a call that one server owed and another one makes. */
function takenOver(url: Sealed): Sealed | undefined {
  const call: Effect = { kind: 'call', key: 'k', cause: 'm', flow: 'f', block: 'b', request: request(url) };
  const [stored] = withoutAddress([call], ONE);
  if (stored?.kind !== 'call' || stored.request.type === 'phone_code') return undefined;
  return withAddress(stored.request, TWO).url;
}

describe('the server’s own address in a stored request', () => {
  const cases: [string, Sealed, Sealed][] = [
    ['is that of whoever makes the request', `${ONE}/demo/orders/7`, `${TWO}/demo/orders/7`],
    ['also where a secret follows', [`${ONE}/demo?key=`, { secret: 'k' }], [`${TWO}/demo?key=`, { secret: 'k' }]],
    ['is not mistaken for another port', `${ONE}5/demo`, `${ONE}5/demo`],
    [
      'of others stays',
      'https://api.example/x?y=http://127.0.0.1:3001/',
      'https://api.example/x?y=http://127.0.0.1:3001/',
    ],
    ['that is a secret stays', [{ secret: 'host' }, '/x'], [{ secret: 'host' }, '/x']],
  ];
  for (const [what, url, expected] of cases) {
    it(what, () => expect(takenOver(url)).to.deep.equal(expected));
  }
});
