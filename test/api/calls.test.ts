import { expect } from 'chai';
import { newContact } from '../../src/domain/contact.ts';
import { toText } from '../../src/domain/json.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { newKey } from '../integrations/kit.ts';
import { dataFolder } from './kit.ts';
import type { Answer } from './kit.ts';
import { serveApi } from './served.ts';
import type { Served } from './served.ts';

/** A row as the call log keeps it. */
function row(i: number, over: JsonObject = {}): JsonObject {
  return {
    type: 'webhook',
    method: 'POST',
    url: `https://crm.example/${i}`,
    status: 200,
    result: 'answered',
    contact: 'web:abc',
    channel: 'web',
    flow: 'orders',
    block: 'ask',
    attempt: 1,
    attempts: 1,
    duration_ms: 12,
    at: 1_760_000_000_000 + i,
    request: { headers: { Authorization: 'Bearer ***' }, body: '{}', size: 2 },
    response: { headers: {}, body: 'ok', size: 2 },
    ...over,
  };
}

describe('API v1: the webhook log', () => {
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let served: Served;
  const keep = async (i: number, body: JsonObject): Promise<void> => {
    const id = `call-${i}`;
    await served.store.put({
      kind: 'call',
      id,
      order: `${String(1_760_000_000_000 + i).padStart(15, '0')}-${id}`,
      body,
    });
  };
  before(async () => {
    folder = await dataFolder();
    served = await serveApi({ dataDir: folder.path, secretKey: newKey(), definitions: async () => [] });
    for (let i = 0; i < 450; i += 1) await keep(i, row(i));
    await keep(450, row(450, { status: 503, flow: 'other', type: 'external_web_call' }));
    await keep(451, row(451, { status: null, result: 'timed_out', channel: 'whatsapp', contact: 'whatsapp:57300' }));
    await keep(452, row(452, { status: 404, block: 'late' }));
  });
  after(async () => {
    await served.close();
    await folder.remove();
  });
  const list = async (query: string): Promise<string[]> => {
    const { body } = await served.api.ask('GET', `/calls${query}`);
    return (body['items'] as JsonObject[]).map(({ id }) => toText(id));
  };

  it('I1: lists newest first, with the columns of the log and without bodies', async () => {
    const { body } = await served.api.ask('GET', '/calls?limit=1');
    const [newest] = body['items'] as JsonObject[];
    expect(newest).to.include.all.keys('id', 'at', 'type', 'status', 'channel', 'attempts', 'duration_ms', 'contact');
    expect(newest).to.include({ id: 'call-452', flow: 'orders', block: 'late' });
    expect(newest).not.to.have.any.keys('request', 'response');
  });

  it('pages by cursor: each row once, also while new ones come', async () => {
    const seen: string[] = [];
    let answer: Answer = await served.api.ask('GET', '/calls?limit=100');
    for (;;) {
      seen.push(...(answer.body['items'] as JsonObject[]).map(({ id }) => toText(id)));
      const { next } = answer.body;
      if (typeof next !== 'string') break;
      if (seen.length === 100) await keep(900, row(900));
      answer = await served.api.ask('GET', `/calls?limit=100&before=${encodeURIComponent(next)}`);
    }
    expect(seen).to.deep.equal(Array.from({ length: 453 }, (_, i) => `call-${452 - i}`));
    await served.store.remove('call', 'call-900');
  });

  const FILTERS: readonly [query: string, ids: readonly string[]][] = [
    ['?status=404', ['call-452']],
    ['?status=5xx', ['call-450']],
    ['?status=timed_out', ['call-451']],
    ['?status=4XX&flow=orders', ['call-452']],
    ['?type=external_web_call', ['call-450']],
    ['?channel=whatsapp', ['call-451']],
    ['?contact=whatsapp:57300', ['call-451']],
    ['?flow=other', ['call-450']],
    ['?block=late', ['call-452']],
    ['?block=late&status=200', []],
    ['?flow=', ['call-452']],
  ];
  for (const [query, ids] of FILTERS)
    it(`narrows by ${query}`, async () => {
      expect((await list(`${query}&limit=1`)).slice(0, 1)).to.deep.equal(ids);
    });

  it('shows one with request and response', async () => {
    const { status, body } = await served.api.ask('GET', '/calls/call-450');
    expect(status).to.equal(200);
    expect(body).to.deep.include({
      id: 'call-450',
      status: 503,
      request: row(0)['request'],
      response: row(0)['response'],
    });
    expect((await served.api.ask('GET', '/calls/nope')).status).to.equal(404);
  });

  for (const query of ['limit=0', 'limit=201', 'limit=x', 'flow=a&flow=b', 'status[$ne]=200'])
    it(`refuses or ignores ?${query}, and finds nothing it should not`, async () => {
      const { status } = await served.api.ask('GET', `/calls?${query}`);
      expect(status).to.be.oneOf(query.startsWith('status') ? [200, 400] : [400]);
    });

  it('contacts: lists, shows, and says what there is not', async () => {
    const contact = newContact('web', 'abc');
    const entry = { kind: 'message', id: 'm1', at: 1, message: { text: 'hi' } } as const;
    const terms = { owner: 'test', leaseMs: 1, inboxLimit: 10 };
    await served.store.accept({ conversation: contact.id, contact, entry, ...terms });
    const listed = (await served.api.ask('GET', '/contacts?limit=10')).body;
    expect(listed['items']).to.have.nested.property('[0].id', 'web:abc');
    expect((await served.api.ask('GET', '/contacts/web:abc')).body).to.deep.include({ channel: 'web', session: null });
    expect((await served.api.ask('GET', '/contacts/web:nobody')).status).to.equal(404);
    expect(await served.operations.resetContact('web:abc')).to.equal(false);
  });
});
