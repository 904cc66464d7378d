import { expect } from 'chai';
import { Line, SECRET, change, signature, textOf, webhook, closeLines } from './whatsapp-cloud-kit.ts';

describe('whatsapp cloud: who may post to the webhook', function () {
  this.timeout(60_000);
  let line: Line;
  beforeEach(async () => {
    line = await Line.open();
  });
  afterEach(closeLines);

  const texts = (): unknown[] => line.stored.map(({ message }) => Object(message).text);

  describe('verification', () => {
    const handshake = async (query: Record<string, string>): Promise<Response> =>
      fetch(`${line.url}/webhook?${new URLSearchParams(query).toString()}`);
    const good = { 'hub.mode': 'subscribe', 'hub.verify_token': 'verify-me', 'hub.challenge': '1158201444' };

    it('gives the challenge back to who knows the token', async () => {
      const response = await handshake(good);
      expect(response.status).to.equal(200);
      expect(await response.text()).to.equal('1158201444');
      expect(response.headers.get('content-type')).to.match(/^text\/plain/);
    });

    const refused: Record<string, Record<string, string>> = {
      'another token': { ...good, 'hub.verify_token': 'verify-mf' },
      'an empty token': { ...good, 'hub.verify_token': '' },
      'no token': { 'hub.mode': 'subscribe', 'hub.challenge': '1' },
      'another mode': { ...good, 'hub.mode': 'unsubscribe' },
      nothing: {},
    };
    for (const [name, query] of Object.entries(refused)) {
      it(`refuses ${name}`, async () => {
        const response = await handshake(query);
        expect(response.status).to.equal(401);
        expect(await response.text()).not.to.contain('1158201444');
      });
    }
  });

  describe('signatures', () => {
    const body = JSON.stringify(webhook(change({ messages: [textOf('hi')] })));
    const right = signature(Buffer.from(body));

    const table: [name: string, header: string | null, status: number][] = [
      ['the right one', right, 200],
      ['upper-case digits', `sha256=${right.slice(7).toUpperCase()}`, 200],
      ['none', null, 401],
      ['empty', '', 401],
      ['of another secret', signature(Buffer.from(body), 'other'), 401],
      ['of no secret', signature(Buffer.from(body), ' '), 401],
      ['of other bytes', signature(Buffer.from(`${body} `)), 401],
      ['sha1', right.replace('sha256', 'sha1'), 401],
      ['an upper-case name', right.replace('sha256', 'SHA256'), 401],
      ['cut short', right.slice(0, -1), 401],
      ['two of them', `${right}, ${right}`, 401],
      ['not hex', `sha256=${'z'.repeat(64)}`, 401],
    ];
    for (const [name, header, status] of table) {
      it(`${name}: ${status}`, async () => {
        const headers: Record<string, string> = header === null ? {} : { 'X-Hub-Signature-256': header };
        const response = await fetch(`${line.url}/webhook`, { method: 'POST', body, headers });
        expect(response.status).to.equal(status);
        expect(texts()).to.deep.equal(status === 200 ? ['hi'] : []);
        const answer = await response.text();
        expect(answer).not.to.contain(right.slice(7, 20)).and.not.contain(SECRET);
      });
    }

    it('are checked over the bytes as they came, whatever they are', async () => {
      const odd = `{ "entry" : [],\n\t"object":"whatsapp_business_account", "e":"\\u00e9é\\ud83d\\ude00" }`;
      expect((await line.post(odd)).status).to.equal(200);
      expect(
        (await line.post(odd, { 'X-Hub-Signature-256': signature(Buffer.from(JSON.stringify(JSON.parse(odd)))) }))
          .status,
      ).to.equal(401);
    });

    it('take the old secret too while it is changed', async () => {
      const other = await Line.open({ WHATSAPP_CLOUD_APP_SECRET: `new-secret, ${SECRET}` });
      expect((await other.post(body)).status).to.equal(200);
      expect(
        (await other.post(body, { 'X-Hub-Signature-256': signature(Buffer.from(body), 'new-secret') })).status,
      ).to.equal(200);
    });
  });

  describe('bodies', () => {
    const table: [name: string, body: string, status: number, logged: RegExp | null][] = [
      ['no JSON', 'hello', 400, null],
      ['over 3 MB', 'x'.repeat(3 * 1024 * 1024 + 1), 413, null],
      ['another object', '{"object":"page","entry":[]}', 200, /not about WhatsApp/],
      ['null', 'null', 200, /not about WhatsApp/],
      ['a list', '[]', 200, /not about WhatsApp/],
      ['no entry', '{"object":"whatsapp_business_account"}', 200, null],
      ['empty entry', '{"object":"whatsapp_business_account","entry":[]}', 200, null],
      ['empty changes', '{"object":"whatsapp_business_account","entry":[{"id":1,"changes":[]}]}', 200, null],
      [
        'entries that are none',
        '{"object":"whatsapp_business_account","entry":[null,7,"x",{"changes":"x"}]}',
        200,
        null,
      ],
      ['a prototype', '{"object":"whatsapp_business_account","__proto__":{"entry":[1]}}', 200, null],
    ];
    for (const [name, body, status, logged] of table) {
      it(`${name}: ${status}`, async () => {
        expect((await line.post(body)).status).to.equal(status);
        expect(line.stored).to.deep.equal([]);
        if (logged !== null) expect(line.host.logged.join('\n')).to.match(logged);
      });
    }
  });
});
