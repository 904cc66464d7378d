import { writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { WebFault } from '../../channels/whatsapp-web/protocol.ts';
import { settle } from '../support/wweb-clock.ts';
import { Phone, heard } from '../support/wweb-phone.ts';

describe('whatsapp web: files that came in', function () {
  this.timeout(60_000);
  let phone: Phone;
  let url: string;
  beforeEach(async () => {
    phone = await Phone.ready();
    url = await phone.url();
  });
  afterEach(() => phone.close());

  /** The path of a file that somebody has sent, as the flow gets it. */
  const sentFile = async (): Promise<string> => {
    phone.browser.hears(
      heard('', phone.clock.time, { id: 'false_1@c.us_3E', type: 'image', file: { mime: 'image/png' } }),
    );
    await settle();
    const { message } = phone.stored[0] ?? { message: null };
    const attachment: unknown = Object(message).attachments?.[0]?.url;
    return String(attachment).replace('https://bot.example', '');
  };
  const holds = (bytes: string, mime: string): void =>
    phone.browser.will({
      fetch: ({ path }) => {
        void writeFile(path, bytes).then(() =>
          phone.browser.says({
            kind: 'answer',
            id: phone.browser.asked.length,
            value: { mime, filename: null, size: 3 },
          }),
        );
        return undefined;
      },
    });

  it('the browser is asked for a file when somebody wants it', async () => {
    holds('PNG', 'image/png');
    const path = await sentFile();
    expect(phone.browser.asked.map(({ kind }) => kind)).not.to.include('fetch');
    const response = await fetch(url + path);
    expect([response.status, response.headers.get('content-type'), await response.text()]).to.deep.equal([
      200,
      'image/png',
      'PNG',
    ]);
  });

  it('what a browser could run is offered as a download', async () => {
    holds('<script>', 'text/html');
    const { headers } = await fetch(url + (await sentFile()));
    expect(headers.get('content-type')).to.equal('application/octet-stream');
    expect(headers.get('content-disposition')).to.equal('attachment');
    expect(headers.get('content-security-policy')).to.contain('sandbox');
  });

  it('an address that was changed leads nowhere, and WhatsApp is not asked', async () => {
    const path = await sentFile();
    for (const wrong of [path.replace('_3E', '_3F'), path.replace(/signature=.*/, ''), `${path}x`])
      expect((await fetch(url + wrong)).status).to.equal(404);
    expect(phone.browser.asked.map(({ kind }) => kind)).not.to.include('fetch');
  });

  /** Why there is no file, and what is answered. */
  const FAULTS: readonly (readonly [WebFault, number])[] = [
    [new WebFault('no_file', 'gone'), 404],
    [new WebFault('too_large', 'big'), 413],
    [new WebFault('failed', 'odd'), 404],
  ];
  for (const [fault, status] of FAULTS)
    it(`${fault.code} is ${status}`, async () => {
      phone.browser.will({
        fetch: () => {
          throw fault;
        },
      });
      expect((await fetch(url + (await sentFile()))).status).to.equal(status);
    });

  it('without a browser it is to be tried again', async () => {
    const path = await sentFile();
    phone.browser.die('SIGKILL');
    await settle();
    const response = await fetch(url + path);
    expect([response.status, response.headers.get('retry-after')]).to.deep.equal([503, '1']);
  });

  it('addresses go on working after a restart of the server', async () => {
    const path = await sentFile();
    const next = await Phone.ready({}, phone);
    const nextUrl = await next.url();
    expect(await (await fetch(nextUrl + path)).json()).to.have.nested.property(
      'error.message',
      'WhatsApp does not give this file',
    );
    await next.close(true);
  });
});
