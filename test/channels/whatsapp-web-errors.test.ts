import { expect } from 'chai';
import { failureOf } from '../../channels/whatsapp-web/errors.ts';
import { WebFault } from '../../channels/whatsapp-web/protocol.ts';

/** What a fault of a send comes to. */
const FAULTS: readonly (readonly [unknown, object, RegExp])[] = [
  [new WebFault('unregistered', 'x'), { kind: 'refused' }, /^There is no WhatsApp account with this number\.$/],
  [new WebFault('away', 'the server is stopping'), { kind: 'retry' }, /stopping/],
  [new WebFault('late', 'no answer within 28 s'), { kind: 'retry' }, /28 s/],
  [new WebFault('failed', 'Error: No LID for user'), { kind: 'refused' }, /before the contact writes/],
  [new WebFault('failed', 'wid error: invalid wid'), { kind: 'refused' }, /not one of WhatsApp/],
  [new WebFault('failed', 'upload failed: media entry was not created'), { kind: 'refused' }, /does not take the file/],
  [new WebFault('failed', 'rate-overlimit'), { kind: 'retry', after: 600_000 }, /send less/],
  [new WebFault('failed', 'Protocol error: Target closed'), { kind: 'retry' }, /did not send it/],
  [new WebFault('failed', 'WhatsApp Web did not say what became of the message'), { kind: 'retry' }, /what became/],
  [new WebFault('failed', "reading 'generateMessage'"), { kind: 'retry' }, /did not send it/],
  [new Error('ENOENT'), { kind: 'retry' }, /ENOENT/],
  ['a string', { kind: 'retry' }, /a string/],
];

describe('whatsapp web: faults of sending', () => {
  for (const [error, outcome, says] of FAULTS)
    it(String(error), () => {
      const { sent } = failureOf(error);
      expect(sent).to.include(outcome);
      expect(sent.reason).to.match(says);
    });
});
