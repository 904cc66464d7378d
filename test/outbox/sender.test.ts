import { expect } from 'chai';
import { newContact } from '../../src/domain/contact.ts';
import type { Delivery } from '../../src/domain/effect.ts';
import { Sender } from '../../src/outbox/sender.ts';
import type { DeliveryReport } from '../../src/outbox/sender.ts';
import { openStore } from '../../src/store/index.ts';

const TOLD: Delivery = {
  kind: 'delivery',
  key: '1-1',
  cause: 'm1',
  flow: 'f',
  block: 'b',
  message: { text: 'Somebody needs help' },
  team: { channel: 'slack', event: 'opened' },
};

describe('a message for a team whose channel this process has not', () => {
  const rows = [
    { shared: false, what: 'is refused where no other process can have it', result: 'refused', postponed: false },
    { shared: true, what: 'is left to the others', result: 'retry', postponed: true },
  ] as const;
  for (const { shared, what, result, postponed } of rows) {
    it(what, async () => {
      const store = await openStore({ dataDir: ':memory:' });
      const reports: DeliveryReport[] = [];
      const sender = new Sender({
        store,
        shared,
        channel: () => undefined,
        now: () => 1000,
        report: (report) => reports.push(report),
        post: () => Promise.reject(new Error('nothing is posted here')),
      });
      const contact = newContact('web', 'ana');
      const conversation = { id: contact.id, contact, session: null, inbox: [], owed: [TOLD], revision: 1, lines: 1 };
      const sent = await sender.send(conversation, 'token', [], () => true);
      expect(reports.map((report) => report.result)).to.deep.equal([result]);
      expect(sent.done).to.deep.equal(postponed ? [] : ['1-1']);
      expect(sent.postponed).to.deep.equal(postponed ? { ...TOLD, attempts: 1, notBefore: 2000 } : undefined);
      await store.close();
    });
  }
});
