import { expect } from 'chai';
import { outcomeOf } from '../../src/blocks/validations_result.ts';
import type { Json } from '../../src/domain/json.ts';

const good = { integration_status: 'success', status_code: 200 };
const bad = { integration_status: 'failure', status_code: 404 };

/** What blocks found out, and what that comes to together (TF14). */
const ROWS: readonly (readonly [string, readonly (Json | undefined)[], string])[] = [
  ['nothing was visited', [undefined, undefined], 'pending'],
  ['a phone is confirmed', [{ status: 'valid', valid: true }], 'success'],
  ['a phone is not', [{ status: 'invalid', valid: false }], 'failure'],
  ['a phone is being confirmed', [{ status: 'pending', valid: null }], 'pending'],
  ['the API says that the code is right', [good, { ...good, validation_status: 'success' }], 'success'],
  ['the API says that it is wrong, with a 200', [good, { ...good, validation_status: 'failure' }], 'failure'],
  ['the API is not done', [{ ...good, validation_status: 'Pending' }], 'pending'],
  ['an output called valid, as a text', [{ ...good, valid: 'true' }], 'success'],
  ['the user was not found, then the phone was confirmed', [bad, undefined, { valid: true }], 'success'],
  ['the user was not found, and neither was the phone', [bad, undefined, { valid: false }], 'failure'],
  ['one of two failed', [{ valid: true }, { valid: false }], 'failure'],
  ['one of two is pending', [{ valid: true }, { valid: null }], 'pending'],
  ['calls that say nothing of validity worked', [good, good], 'success'],
  ['one of them did not', [good, bad], 'failure'],
];

describe('validations_result: what validations come to', () => {
  for (const [what, values, wanted] of ROWS) it(`${what}: ${wanted}`, () => expect(outcomeOf(values)).to.equal(wanted));
});
