import { expect } from 'chai';
import { Graph } from '../../channels/whatsapp-cloud/graph.ts';
import { readSettings } from '../../channels/whatsapp-cloud/settings.ts';
import { Line, json, message, closeLines } from './whatsapp-cloud-kit.ts';

const BYTES = Buffer.from([0xff, 0xd8, 0, 1, 2, 3]);

describe('whatsapp cloud: files that came in', function () {
  this.timeout(60_000);
  let line: Line;
  beforeEach(async () => {
    line = await Line.open();
  });
  afterEach(closeLines);

  /** The path of the file of one message, as a flow gets it. */
  const pathOf = async (id = '1479537139650973'): Promise<string> => {
    await line.say(message({ type: 'image', image: { id } }));
    const url = new URL(String(Object(line.stored[0]?.message).attachments[0].url));
    expect(url.origin).to.equal('https://bot.example');
    return url.href.replace('https://bot.example/channels/whatsapp-cloud', '');
  };
  const get = async (path: string): Promise<Response> => fetch(line.url + path);
  const serve = (known: object, bytes = BYTES, status = 200): void => {
    line.meta.answer = ({ path }, response) => {
      if (path.startsWith('/v23.0/')) json(response, status, { url: `${line.meta.url}/file?mid=1`, ...known });
      else response.writeHead(200, { 'Content-Type': 'text/html' }).end(bytes);
    };
  };

  it('are passed on with the token of the server', async () => {
    serve({ mime_type: 'image/jpeg', file_size: 6, sha256: 'x' });
    const response = await get(await pathOf());
    expect(response.status).to.equal(200);
    expect(Buffer.from(await response.arrayBuffer())).to.deep.equal(BYTES);
    expect(response.headers.get('content-type')).to.equal('image/jpeg');
    expect(line.meta.got.map(({ path, token }) => [path, token])).to.deep.equal([
      ['/v23.0/1479537139650973?phone_number_id=106540352242922', 'Bearer the-token'],
      ['/file?mid=1', 'Bearer the-token'],
    ]);
  });

  for (const type of ['text/html', 'image/svg+xml', 'application/pdf', 'nonsense', '']) {
    it(`of type "${type}" are never opened by a browser on this site`, async () => {
      serve({ mime_type: type });
      const { headers } = await get(await pathOf());
      expect(headers.get('content-type')).to.equal('application/octet-stream');
      expect(headers.get('content-disposition')).to.equal('attachment');
      expect(headers.get('x-content-type-options')).to.equal('nosniff');
      expect(headers.get('content-security-policy')).to.contain('sandbox');
    });
  }

  it('cannot be fetched without the signature of that very file', async () => {
    const path = await pathOf();
    const [plain = ''] = path.split('?');
    const other = path.replace('1479537139650973', '1479537139650974');
    for (const wrong of [plain, `${plain}?signature=`, `${path}x`, other, path.replace('/media/', '/media/%2e%2e%2f')])
      expect((await get(wrong)).status, wrong).to.equal(404);
    expect(line.meta.got).to.deep.equal([]);
  });

  it('the token goes to no host but those of Meta', async () => {
    const canary = await Line.open();
    for (const url of [
      `${canary.meta.url}/x`,
      'http://lookaside.fbsbx.com/x',
      'https://fbsbx.com.evil.example/',
      'file:///etc/passwd',
      'x',
    ]) {
      line.meta.answer = (_, response) => json(response, 200, { url, mime_type: 'image/png' });
      expect((await get(await pathOf())).status, url).to.equal(404);
    }
    expect(canary.meta.got).to.deep.equal([]);
  });

  it('the hosts of Meta are those it documents, by https only', () => {
    const graph = new Graph(readSettings({}), line.host);
    const good = ['https://lookaside.fbsbx.com/x', 'https://graph.facebook.com/v23.0/1', 'https://mmg.whatsapp.net/x'];
    const bad = ['http://lookaside.fbsbx.com/x', 'https://evilfbsbx.com/', 'https://fbsbx.com@evil.example/', '/x', ''];
    expect(good.filter((url) => !graph.isOurs(url))).to.deep.equal([]);
    expect(bad.filter((url) => graph.isOurs(url))).to.deep.equal([]);
  });

  it('that Meta has deleted are not found', async () => {
    serve({ error: { code: 100 } }, BYTES, 400);
    expect((await get(await pathOf())).status).to.equal(404);
  });

  it('that Meta gives no more at the last moment are not found', async () => {
    line.meta.answer = ({ path }, response) =>
      path.startsWith('/v23.0/') ? json(response, 200, { url: `${line.meta.url}/file` }) : json(response, 404, {});
    expect((await get(await pathOf())).status).to.equal(404);
  });

  it('over 100 MB are not passed on', async () => {
    serve({ file_size: 100 * 1024 * 1024 + 1 });
    expect((await get(await pathOf())).status).to.equal(413);
  });
});
