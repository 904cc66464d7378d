import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { FakeWorld } from '../support/fake-host.ts';
import { Site, parrot } from './web-site.ts';
import type { Uploaded } from './web-site.ts';

const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(100, 1)]);

describe('web chat: files', function () {
  this.timeout(60_000);
  let dir: string;
  let site: Site;
  let session: string;

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'parley-uploads-'));
    site = await Site.open(new FakeWorld(parrot), { DATA_DIR: dir, CHAT_RATE: '0' });
  });
  after(async () => {
    await site.close();
    await rm(dir, { recursive: true, force: true });
  });
  beforeEach(async () => (session = await site.start()));

  const send = (body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Uploaded> =>
    site.upload(session, body, headers);

  const hex = (start: string): Buffer => Buffer.concat([Buffer.from(start, 'hex'), Buffer.alloc(40)]);
  const box = (brand: string): Buffer => Buffer.from(`\0\0\0\x18ftyp${brand}\0\0\0\0isommp42`, 'latin1');
  const WEBM = Buffer.from('1a45dfa39f4286810142f7810142f2810442f381084282847765626d', 'hex');

  describe('are known by their bytes', () => {
    const taken: [what: string, bytes: Buffer | string, declared: string, mime: string, type: string][] = [
      ['JPEG', hex('ffd8ffe0'), 'image/png', 'image/jpeg', 'image'],
      ['PNG', PNG, '', 'image/png', 'image'],
      ['GIF', Buffer.from('GIF89a...'), 'image/gif', 'image/gif', 'image'],
      ['WebP', Buffer.from('RIFF\x10\0\0\0WEBPVP8 ', 'latin1'), '', 'image/webp', 'image'],
      ['HEIC of a telephone', box('heic'), '', 'image/heic', 'image'],
      ['AVIF', box('avif'), '', 'image/avif', 'image'],
      ['PDF', Buffer.from('%PDF-1.7\n…'), '', 'application/pdf', 'document'],
      ['MP3 with a title', Buffer.from('ID3\x04\0\0', 'latin1'), '', 'audio/mpeg', 'audio'],
      ['MP3 without', hex('fffb9064'), '', 'audio/mpeg', 'audio'],
      ['AAC', hex('fff15080'), '', 'audio/aac', 'audio'],
      ['WAV', Buffer.from('RIFF\x10\0\0\0WAVEfmt ', 'latin1'), '', 'audio/wav', 'audio'],
      ['Ogg', Buffer.from('OggS\0\x02', 'latin1'), '', 'audio/ogg', 'audio'],
      ['FLAC', Buffer.from('fLaC\0\0', 'latin1'), '', 'audio/flac', 'audio'],
      ['AMR', Buffer.from('#!AMR\n'), '', 'audio/amr', 'audio'],
      ['M4A', box('M4A '), '', 'audio/mp4', 'audio'],
      ['MP4', box('isom'), 'video/mp4', 'video/mp4', 'video'],
      ['MP4 that was recorded as sound', box('isom'), 'audio/mp4', 'audio/mp4', 'audio'],
      ['film of a telephone', box('qt  '), '', 'video/quicktime', 'video'],
      ['3GP', box('3gp5'), '', 'video/3gpp', 'video'],
      ['WebM', WEBM, 'video/webm', 'video/webm', 'video'],
      ['WebM of a microphone', WEBM, 'audio/webm;codecs=opus', 'audio/webm', 'audio'],
      ['text', 'Grüße, 你好\r\n\t…', 'image/png', 'text/plain', 'document'],
      ['HTML is text', '<script>alert(1)</script>', 'text/html', 'text/plain', 'document'],
      ['SVG is text', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'image/svg+xml', 'text/plain', 'document'],
    ];
    for (const [what, bytes, declared, mime, type] of taken) {
      it(`${what}: ${mime}`, async () => {
        const { status, media } = await send(bytes, declared === '' ? {} : { 'Content-Type': declared });
        expect({ status, mime: media.mime, type: media.type }).to.deep.equal({ status: 201, mime, type });
      });
    }

    const refused: [what: string, bytes: Buffer | string][] = [
      ['a program of Windows', hex('4d5a9000')],
      ['a program of Linux', hex('7f454c46')],
      ['an archive, as office files are', hex('504b0304')],
      ['an old office file', hex('d0cf11e0a1b11ae1')],
      ['Matroska that is not WebM', Buffer.from('1a45dfa3934282886d6174726f736b61', 'hex')],
      ['an unknown brand', box('evil')],
      ['text in another encoding', Buffer.from('caf\xe9', 'latin1')],
      ['text that breaks off in a character', Buffer.from('ab\xc3', 'latin1')],
      ['text with NUL', 'a\0b'],
      ['text with an escape', 'a\x1B[31m'],
      ['nothing', ''],
    ];
    for (const [what, bytes] of refused) {
      it(`${what} is not taken, whatever it is called`, async () => {
        const headers = { 'Content-Type': 'image/png', 'X-Filename': 'cat.png' };
        const { status, error } = await send(bytes, headers);
        expect([status, error?.code]).to.deep.equal([400, 'bad_request']);
      });
    }
  });

  describe('have safe names', () => {
    const names: [given: string | undefined, bytes: Buffer | string, name: string][] = [
      [undefined, PNG, 'file.png'],
      ['cat.png', PNG, 'cat.png'],
      ['Katze%20%F0%9F%90%88.PNG', PNG, 'Katze 🐈.PNG'],
      ['cat.jpg', PNG, 'cat.jpg.png'],
      ['setup.exe', 'text', 'setup.exe.txt'],
      ['page.html', '<b>', 'page.html.txt'],
      ['list.csv', 'a,b', 'list.csv'],
      ['..%2F..%2Fetc%2Fpasswd', 'text', 'passwd.txt'],
      ['C%3A%5CUsers%5Cana%5Cnotes.txt', 'text', 'notes.txt'],
      ['evil%E2%80%AEgnp.txt', 'text', 'evilgnp.txt'],
      ['a%0D%0AX-Evil%3A%201.txt', 'text', 'aX-Evil 1.txt'],
      ['.png', PNG, 'png.png'],
      ['%20.%20', PNG, 'file.png'],
      ['%E0%A4%A', PNG, 'file.png'],
      [`${'x'.repeat(300)}.png`, PNG, `${'x'.repeat(100)}.png`],
    ];
    for (const [given, bytes, name] of names) {
      it(`${given?.slice(0, 40) ?? '(none)'} → ${name.slice(0, 40)}`, async () => {
        const { media } = await send(bytes, given === undefined ? {} : { 'X-Filename': given });
        expect(media.filename).to.equal(name);
      });
    }
  });
});
