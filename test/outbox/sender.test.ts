import { expect } from 'chai';
import type { Sent } from '../../src/channel/channel.ts';
import { newContact } from '../../src/domain/contact.ts';
import type { Delivery, Keep } from '../../src/domain/effect.ts';
import { Sender } from '../../src/outbox/sender.ts';
import type { DeliveryReport } from '../../src/outbox/sender.ts';
import { openStore } from '../../src/store/index.ts';
import { ScriptedChannel } from '../support/scripted.ts';

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
      const sent = await sender.send(conversation, 'token', [], { alive: () => true, fresh: true });
      expect(reports.map((report) => report.result)).to.deep.equal([result]);
      expect(sent.done).to.deep.equal(postponed ? [] : ['1-1']);
      expect(sent.postponed).to.deep.equal(postponed ? { ...TOLD, attempts: 1, notBefore: 2000 } : undefined);
      await store.close();
    });
  }
});

describe('a message that may be out already, because whoever sent it died', () => {
  const said = (key: string): Delivery => ({ ...TOLD, key, message: { text: key } });
  const kept: Keep = { kind: 'keep', key: 'k', cause: 'm1', document: { kind: 'consent', id: 'c', at: 1, body: {} } };
  const rows = [
    { what: 'is the first', repeat: 'seen', owe: [said('a'), said('b')], doubtful: ['a'] },
    { what: 'is the first behind a record', repeat: 'seen', owe: [kept, said('a'), said('b')], doubtful: ['a'] },
    {
      what: 'is any, where sends are not written down one by one',
      repeat: 'unseen',
      owe: [said('a'), said('b')],
      doubtful: ['a', 'b'],
    },
  ] as const;
  for (const { what, repeat, owe, doubtful } of rows) {
    it(what, async () => {
      const store = await openStore({ dataDir: ':memory:' });
      const contact = newContact('scripted', 'ana');
      const entry = { kind: 'message', id: 'm1', at: 1, message: { text: 'hi' } } as const;
      const asked = { conversation: contact.id, contact, entry, owner: 'o', leaseMs: 9000, inboxLimit: 9 };
      const accepted = await store.accept(asked);
      if (accepted.kind !== 'held') throw new Error(accepted.kind);
      const { token } = accepted.held;
      const turned = await store.commit({
        id: contact.id,
        token,
        revision: 0,
        contact,
        session: null,
        wakeAt: null,
        consumed: ['m1'],
        done: [],
        owe,
        lines: [],
      });
      if (turned.kind !== 'committed') throw new Error(turned.kind);
      const [sent, doubted]: [string[], string[]] = [[], []];
      const send = async (delivery: Delivery): Promise<Sent> => {
        sent.push(delivery.key);
        if (delivery.doubtful === true) doubted.push(delivery.key);
        return { kind: 'sent' };
      };
      const sender = new Sender({
        store,
        channel: () => ({
          type: new ScriptedChannel(repeat).channel,
          open: { send, team: send, close: async () => undefined },
        }),
        now: () => 1000,
        report: () => undefined,
        post: () => Promise.reject(new Error('nothing is posted here')),
      });
      await sender.send(turned.conversation, token, [], { alive: () => true, fresh: true });
      expect([sent, doubted]).to.deep.equal([['a', 'b'], doubtful]);
      await store.close();
    });
  }
});
