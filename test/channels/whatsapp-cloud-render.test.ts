import { expect } from 'chai';
import { render } from '../../channels/whatsapp-cloud/render.ts';
import { isObject, own } from '../../src/domain/json.ts';
import type { Outbound } from '../../src/domain/message.ts';
import { BODIES, options } from './whatsapp-cloud-bodies.ts';
import { ANA, Line, closeLines } from './whatsapp-cloud-kit.ts';

describe('whatsapp cloud: messages as Meta wants them', function () {
  this.timeout(60_000);
  let line: Line;
  beforeEach(async () => {
    line = await Line.open();
    line.heard();
  });
  afterEach(closeLines);

  for (const [name, message, bodies] of BODIES) {
    it(name, async () => {
      expect(await line.send(message)).to.deep.equal({ kind: 'sent' });
      const wanted = bodies.map((body, i) => ({ to: ANA, ...body, biz_opaque_callback_data: `${ANA}/c/1-1/${i + 1}` }));
      expect(line.meta.sent()).to.deep.equal(wanted);
    });
  }

  it('goes to the number of the settings, with the token', async () => {
    await line.send({ text: 'Hello' });
    const [{ method, path, token, body } = { method: '', path: '', token: '', body: null }] = line.meta.got;
    expect([method, path, token]).to.deep.equal(['POST', '/v23.0/106540352242922/messages', 'Bearer the-token']);
    expect(body).to.include({ messaging_product: 'whatsapp', recipient_type: 'individual' });
  });

  it('has nothing to send for an empty message', async () => {
    expect(await line.send({ text: ' \n' })).to.have.property('kind', 'refused');
    expect(line.meta.got).to.deep.equal([]);
  });

  it('never makes a message that Meta would refuse for its form', () => {
    const odd: Outbound[] = [
      { buttons: options(3) },
      { text: '', buttons: options(3) },
      { text: 'x'.repeat(1025), buttons: options(1) },
      { text: 'a', buttons: [] },
      { text: 'a', buttons: [{ id: '', label: 'x' }] },
      { text: 'a', list: { label: '', options: options(1) } },
      { text: 'a', list: { label: 'x', options: [] } },
      { text: 'a', list: { label: 'x', options: options(1) }, buttons: options(1) },
    ];
    for (const message of odd)
      for (const body of render(message)) expect(own(body, 'type'), JSON.stringify(message)).to.equal('text');
    expect(render({})).to.deep.equal([]);
  });

  it('is valid JSON with whatever people write', async () => {
    const names = ['"', '\\', '\u2028', '\u0000', '😀', '\uD800'];
    for (const [i, name] of names.entries())
      await line.send({ text: name, buttons: [{ id: name, label: `${name}x` }] }, `1-${i}`);
    expect(line.meta.got.every(({ body }) => isObject(body))).to.equal(true);
  });
});
