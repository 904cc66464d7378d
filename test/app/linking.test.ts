import { expect } from 'chai';
import { webAddress } from '../../src/domain/contact.ts';
import { web } from '../../channels/web/index.ts';
import type { Channel } from '../../src/channel/channel.ts';
import { Visitor, startApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { Asker } from '../api/kit.ts';
import type { Answer } from '../api/kit.ts';

const TOKEN = 'a-token-for-this-test-0123456789';
const PHONE = '+573001112233';

const VERIFY = `
flow: verify
triggers: [{ link: true }]
blocks:
  - { id: name, type: question, text: "Your name?" }
  - { id: keep, type: set_variable, contact_field: city, value: "@name" }
  - { id: phone, type: phone_validator, phone: "${PHONE}", via: [whatsapp], link: true, on_valid: good, on_invalid: bad }
  - { id: good, type: question, text: "thanks" }
  - { id: told, type: question, text: "@contact.city, @contact.linked.length", next: told }
  - { id: bad, type: end, text: bad }
`;

/** A WhatsApp that only keeps what it is given. */
function whatsapp(texts: string[]): Channel {
  return {
    ...web,
    name: 'whatsapp-cloud',
    open: async () => ({
      send: async ({ message }) => {
        texts.push(message.text ?? '');
        return { kind: 'sent' };
      },
      close: async () => undefined,
    }),
  };
}

describe('one person on several channels (contact.link)', () => {
  let server: TestApp;
  let api: Asker;
  const codes: string[] = [];
  beforeEach(async () => {
    const env = { ADMIN_TOKEN: TOKEN };
    server = await startApp({ 'verify.yaml': VERIFY }, { channels: [web, whatsapp(codes)], env });
    api = new Asker(`${server.url}/api/v1`, TOKEN);
  });
  afterEach(() => server.close());

  /** Somebody who has proved the phone; answers the id of the contact. */
  const proved = async (name: string): Promise<{ id: string; visitor: Visitor }> => {
    const visitor = new Visitor(server.url);
    await visitor.start('verify');
    await visitor.say(name);
    const code = /\d{6}/.exec(codes.at(-1) ?? '')?.[0] ?? 'none';
    expect(await visitor.say(code)).to.deep.equal(['thanks']);
    await server.app.idle();
    return { id: `web:${webAddress(visitor.session)}`, visitor };
  };
  const started = async (): Promise<string> => {
    const visitor = new Visitor(server.url);
    await visitor.start('verify');
    return `web:${webAddress(visitor.session)}`;
  };
  const ask = async (method: string, id: string, path = '', body?: Record<string, string>): Promise<Answer> => {
    const answer = await api.ask(method, `/contacts/${encodeURIComponent(id)}${path}`, body);
    await server.app.idle();
    return answer;
  };
  const linked = async (id: string): Promise<unknown> => (await ask('GET', id)).body['linked'];

  it('a phone proved twice makes two contacts one person; what the newer one has said before is its own', async () => {
    const ana = await proved('Bogotá');
    expect(await linked(ana.id)).to.deep.equal([]);
    const again = await proved('Cali');
    expect([await linked(ana.id), await linked(again.id)]).to.deep.equal([[again.id], [ana.id]]);
    expect(await again.visitor.say('hi')).to.deep.equal(['Cali, 1']);
    expect(await ana.visitor.say('hi')).to.deep.equal(['Bogotá, 1']);
  });

  it('an operator links, and fields are taken where there are none', async () => {
    const ana = await proved('Bogotá');
    await ask('PATCH', ana.id, '/fields', { plan: 'gold' });
    const other = await started();
    await ask('PATCH', other, '/fields', { city: 'Lima' });
    const key = await ask('POST', other, '/link', { phone: '+57 (300) 111-2233' });
    expect([key.status, key.body]).to.deep.equal([202, { contact: other }]);
    const { body } = await ask('GET', other);
    expect(body['linked']).to.deep.equal([ana.id]);
    expect(body['fields']).to.include({ city: 'Lima', plan: 'gold' });
    // What comes later is each contact's own.
    await ask('PATCH', ana.id, '/fields', { plan: 'silver' });
    expect((await ask('GET', other)).body['fields']).to.include({ plan: 'gold' });
  });

  it('a phone and an e-mail address link with different people; unlinking ends both', async () => {
    const [a, b, c] = [await started(), await started(), await started()];
    await ask('POST', a, '/link', { phone: PHONE });
    await ask('POST', b, '/link', { phone: PHONE });
    await ask('POST', b, '/link', { email: ' Ana@Shop.example ' });
    await ask('POST', c, '/link', { email: 'ana@shop.example' });
    expect([await linked(a), await linked(b), await linked(c)]).to.deep.equal([[b], [a, c], [b]]);
    expect((await ask('DELETE', b, '/link')).status).to.equal(202);
    expect([await linked(a), await linked(b), await linked(c)]).to.deep.equal([[], [], []]);
    expect((await ask('DELETE', b, '/link')).status).to.equal(202);
  });

  it('another phone takes the place of the one before', async () => {
    const [a, b] = [await started(), await started()];
    for (const id of [a, b]) await ask('POST', id, '/link', { phone: PHONE });
    await ask('POST', a, '/link', { phone: '+573009999999' });
    expect([await linked(a), await linked(b)]).to.deep.equal([[], []]);
  });

  it('many at once all know each other, and to link again changes nothing', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, started));
    await Promise.all([...ids, ...ids].map((id) => ask('POST', id, '/link', { phone: PHONE })));
    await server.app.idle();
    for (const id of ids) {
      const others = await linked(id);
      expect(others).to.have.members(ids.filter((each) => each !== id));
    }
  });

  const WRONG: readonly [what: string, body: Record<string, string>][] = [
    ['no country code', { phone: '300 111 2233' }],
    ['no phone', { phone: 'call me' }],
    ['no address', { email: 'ana' }],
    ['both', { phone: PHONE, email: 'ana@shop.example' }],
    ['nothing', {}],
  ];
  it('refuses what is no proof, and contacts that are not there', async () => {
    const id = await started();
    for (const [what, body] of WRONG) expect((await ask('POST', id, '/link', body)).status, what).to.equal(400);
    expect((await ask('POST', 'web:nobody', '/link', { phone: PHONE })).status).to.equal(404);
    expect((await ask('DELETE', 'web:nobody', '/link')).status).to.equal(404);
  });
});
