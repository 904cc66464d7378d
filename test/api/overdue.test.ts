import { expect } from 'chai';
import { newContact } from '../../src/domain/contact.ts';
import { OVERDUE_AFTER } from '../../src/domain/overdue.ts';
import { newKey } from '../integrations/kit.ts';
import { dataFolder } from './kit.ts';
import { serveApi } from './served.ts';
import type { Served } from './served.ts';

describe('API v1: overdue conversations', () => {
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let served: Served;
  before(async () => {
    folder = await dataFolder();
    served = await serveApi({ dataDir: folder.path, secretKey: newKey(), definitions: async () => [] });
  });
  after(async () => {
    await served.close();
    await folder.remove();
  });

  it('names who waits for longer than anybody should, and nobody else', async () => {
    const late = Date.now() - OVERDUE_AFTER - 1000;
    for (const [address, at] of [
      ['ana', late],
      ['ben', Date.now()],
    ] as const) {
      const contact = newContact('test', address);
      const entry = { kind: 'message', id: `m-${address}`, at, message: { text: 'hello?' } } as const;
      const terms = { owner: 'somebody', leaseMs: 1000, inboxLimit: 10 };
      await served.store.accept({ conversation: contact.id, contact, entry, ...terms });
    }
    const { status, body } = await served.api.ask('GET', '/overdue');
    expect([status, body]).to.deep.equal([
      200,
      { items: [{ contact: 'test:ana', since: new Date(late).toISOString() }] },
    ]);
  });
});
