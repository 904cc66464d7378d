import { expect } from 'chai';
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import type { CallOutcome } from '../../src/domain/call.ts';
import { MAX_BODY } from '../../src/calls/body.ts';
import type { Client } from '../../src/calls/client.ts';
import { clientFor, get, gist, listen, response } from './support.ts';
import type { Behaviour, Listener } from './support.ts';

const JSON_TYPE = 'Content-Type: application/json';
const chunkedHead = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

describe('answers of an API', () => {
  let client: Client;
  let server: Listener | undefined;

  beforeEach(() => {
    client = clientFor(['127.0.0.1']);
  });
  afterEach(async () => {
    await client.close();
    await server?.close();
  });

  const behave = async (how: Behaviour): Promise<CallOutcome> => {
    server = await listen(how);
    return await client.send(get(server.url), 'k');
  };
  const answer = async (body: string | Buffer, headers: readonly string[] = []): Promise<CallOutcome> =>
    await behave((socket) => socket.write(response(body, headers)));

  describe('size', () => {
    it('takes the limit, and not a byte more', async () => {
      expect(gist(await answer('x'.repeat(MAX_BODY)))).to.equal('200');
      await server?.close();
      expect(gist(await answer('x'.repeat(MAX_BODY + 1)))).to.equal('too_large');
    });

    it('cuts a body that never ends', async () => {
      const piece = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
      const outcome = await behave((socket) => {
        socket.write(chunkedHead);
        const pour = (): void => {
          while (!socket.destroyed && socket.write(piece));
        };
        socket.on('drain', pour);
        pour();
      });
      expect(outcome).to.deep.equal({
        kind: 'failed',
        code: 'too_large',
        reason: 'The answer is larger than this server takes.',
      });
    });

    for (const [name, bytes] of [
      ['gzip', gzipSync(Buffer.alloc(200_000_000))],
      ['br', brotliCompressSync(Buffer.alloc(200_000_000), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
      ['deflate', deflateSync(Buffer.alloc(100_000_000))],
    ] as const) {
      it(`cuts a ${name} bomb while it inflates`, async () => {
        expect(bytes.length).to.be.below(MAX_BODY);
        const before = process.memoryUsage().rss;
        expect(gist(await answer(bytes, [`Content-Encoding: ${name}`]))).to.equal('too_large');
        expect(process.memoryUsage().rss - before).to.be.below(40_000_000);
      });
    }
  });

  describe('compression', () => {
    const text = '{"status":"Shipped"}';
    for (const [encoding, bytes] of [
      ['gzip', gzipSync(text)],
      ['GZIP', gzipSync(text)],
      ['x-gzip', gzipSync(text)],
      ['deflate', deflateSync(text)],
      ['deflate', deflateRawSync(text)],
      ['br', brotliCompressSync(text)],
      ['identity', Buffer.from(text)],
    ] as const) {
      it(`${encoding} is read`, async () => {
        expect(await answer(bytes, [`Content-Encoding: ${encoding}`, JSON_TYPE]))
          .to.have.property('json')
          .that.deep.equals({ status: 'Shipped' });
      });
    }
    for (const [what, encoding, bytes] of [
      ['gzip that is none', 'gzip', Buffer.from(text)],
      ['gzip cut off', 'gzip', gzipSync(text).subarray(0, 20)],
      ['br cut off', 'br', brotliCompressSync('x'.repeat(1_000)).subarray(0, 6)],
      ['zstd', 'zstd', Buffer.from(text)],
      ['two layers', 'gzip, gzip', gzipSync(gzipSync(text))],
    ] as const) {
      it(`${what} is a failure`, async () => {
        const outcome = await answer(bytes, [`Content-Encoding: ${encoding}`]);
        expect(gist(outcome)).to.equal('network');
        expect(outcome).to.have.property('reason').that.includes('compressed');
      });
    }
    it('an empty body is not inflated', async () => {
      expect(await answer('', ['Content-Encoding: gzip'])).to.include({ status: 200, body: '' });
    });
  });

  describe('text', () => {
    const rows: readonly (readonly [string, Buffer, string, string])[] = [
      ['UTF-8', Buffer.from('né 😀'), 'text/plain', 'né 😀'],
      ['UTF-8 with a mark', Buffer.from('\uFEFFné'), 'text/plain', 'né'],
      ['malformed UTF-8', Buffer.from('6eff6e', 'hex'), 'text/plain', 'n\uFFFDn'],
      ['a surrogate in UTF-8', Buffer.from('eda080', 'hex'), 'text/plain', '\uFFFD\uFFFD\uFFFD'],
      ['latin1', Buffer.from('né', 'latin1'), 'text/plain; charset=ISO-8859-1', 'né'],
      ['UTF-16 by type', Buffer.from('né', 'utf16le'), 'text/plain; charset="utf-16le"', 'né'],
      ['UTF-16 by mark', Buffer.from('\uFEFFné', 'utf16le'), 'text/plain; charset=utf-8', 'né'],
      ['UTF-16 big end', Buffer.from('feff006e00e9', 'hex'), 'text/plain', 'né'],
      ['a lone surrogate in UTF-16', Buffer.from('fffe00d86e00', 'hex'), 'text/plain', '\uFFFDn'],
      ['an unknown charset', Buffer.from('né'), 'text/plain; charset=klingon', 'né'],
      ['NUL', Buffer.from('a\0b'), 'text/plain', 'ab'],
    ];
    for (const [what, bytes, type, wanted] of rows) {
      it(what, async () => {
        const outcome = await answer(bytes, [`Content-Type: ${type}`]);
        expect(outcome).to.include({ body: wanted });
        expect(outcome).not.to.have.property('json');
      });
    }
  });

  describe('JSON', () => {
    const rows: readonly (readonly [string, string, string, unknown])[] = [
      ['an object', '{"a":[1,null,true]}', 'application/json', { a: [1, null, true] }],
      ['a problem type', '{"a":1}', 'application/problem+json; charset=utf-8', { a: 1 }],
      ['an object sent as text', ' \n{"a":1}', 'text/html', { a: 1 }],
      ['an array sent as nothing', '[1]', '', [1]],
      ['a scalar', '"hi"', 'application/json', 'hi'],
      ['null', 'null', 'application/json', null],
      ['a number sent as text', '42', 'text/plain', undefined],
      ['invalid', '{"a":1', 'application/json', undefined],
      ['NaN', '{"a":NaN}', 'application/json', undefined],
      ['HTML', '<!doctype html><p>hi', 'text/html', undefined],
      ['HTML that says JSON', '<p>hi', 'application/json', undefined],
      ['empty', '', 'application/json', undefined],
      ['with a mark', '\uFEFF{"a":1}', 'application/json', { a: 1 }],
      ['keys twice', '{"a":1,"a":2}', 'application/json', { a: 2 }],
      ['lone surrogates', '{"a":"\\ud800"}', 'application/json', { a: '\uFFFD' }],
      ['NUL', '{"a\\u0000":"b\\u0000c"}', 'application/json', { a: 'bc' }],
      [
        'prototypes',
        '{"__proto__":{"x":1},"constructor":1,"prototype":2,"a":{"__proto__":3}}',
        'application/json',
        { a: {} },
      ],
      ['a hidden prototype', '{"__pro\\u0000to__":{"x":1}}', 'application/json', {}],
      ['a number too large', '{"a":1e999}', 'application/json', { a: null }],
      ['deep but allowed', `${'['.repeat(64)}${']'.repeat(64)}`, 'application/json', nested(64)],
      ['too deep', `${'['.repeat(65)}${']'.repeat(65)}`, 'application/json', undefined],
      ['100,000 deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'application/json', undefined],
      ['too many values', `[${'1,'.repeat(50_000)}1]`, 'application/json', undefined],
    ];
    for (const [what, body, type, wanted] of rows) {
      it(what, async () => {
        const outcome = await answer(body, type === '' ? [] : [`Content-Type: ${type}`]);
        expect(gist(outcome)).to.equal('200');
        if (wanted === undefined) expect(outcome).not.to.have.property('json');
        else expect(outcome).to.have.property('json').that.deep.equals(wanted);
      });
    }
    it('leaves every object’s prototype alone', async () => {
      await answer('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}');
      expect({}).not.to.have.property('polluted');
    });
  });

  describe('headers', () => {
    it('are small letters, joined when repeated, without names that reach prototypes', async () => {
      const outcome = await answer('', ['X-One: 1', 'X-Two: a', 'x-two: b', 'Constructor: c', 'prototype: d']);
      expect(outcome)
        .to.have.property('headers')
        .that.deep.equals({ 'content-length': '0', 'x-one': '1', 'x-two': 'a, b' });
    });

    it('named __proto__ do no harm', async () => {
      const outcome = await answer('', ['__proto__: 1', '__proto__: 2']);
      expect(gist(outcome)).to.be.oneOf(['200', 'network']);
      expect({}).not.to.have.property('0');
    });
  });
});

function nested(depth: number): unknown {
  return depth === 1 ? [] : [nested(depth - 1)];
}
