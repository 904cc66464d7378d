import { expect } from 'chai';
import { webAddress } from '../../src/domain/contact.ts';
import { Visitor, startApp } from '../support/app.ts';
import type { Store } from '../../src/store/store.ts';

const FLOW = `flow: consent
blocks:
  - { id: ok, type: data_authorization, text: "May we?" }
  - { id: q, type: question, text: "Thanks" }
`;

describe('records that last', () => {
  it('a consent is kept once: who, when, on which channel, to which words', async () => {
    const opened: Store[] = [];
    const server = await startApp({ 'consent.yaml': FLOW }, { wrapStore: (store) => (opened.push(store), store) });
    try {
      const ana = new Visitor(server.url);
      await ana.start('consent');
      await ana.answer('I agree', 'same');
      await ana.answer('I agree', 'same');
      await server.app.idle();
      const kept = (await opened[0]?.page({ kind: 'consent', limit: 10 })) ?? [];
      expect(kept).to.have.length(1);
      expect(kept[0]?.body).to.include({
        contact: `web:${webAddress(ana.session)}`,
        accepted: true,
        channel: 'web',
        flow: 'consent',
        block: 'ok',
      });
      expect(kept[0]?.body['text_hash']).to.match(/^[0-9a-f]{64}$/);
    } finally {
      await server.close();
    }
  });

  it('flow versions in use are kept, so that a session outlives its file and the process', async () => {
    const opened: Store[] = [];
    const server = await startApp({ 'consent.yaml': FLOW }, { wrapStore: (store) => (opened.push(store), store) });
    try {
      const version = server.app.library.current('consent')?.version ?? '';
      expect((await opened[0]?.get('flow', version))?.body['text']).to.equal(FLOW);
    } finally {
      await server.close();
    }
  });
});
