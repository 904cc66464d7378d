import type { Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { response } from './support.ts';
import type { Behaviour } from './support.ts';

/** Milliseconds that a call to a hostile API may take. */
export const TIMEOUT = 300;
/** What is sent to it, and must not be seen again. */
export const SECRET = 'canary-5f3a9c';

const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
const LONG_HEADER = `X-Abc: ${'d'.repeat(1000)}\r\n`;
const JSON_TYPE = 'Content-Type: application/json';
const zeros = Buffer.alloc(50_000_000);

/** Says something again and again until the socket is gone. */
function every(ms: number, say: (socket: Socket) => void, first = ''): Behaviour {
  return (socket) => {
    socket.write(first);
    const timer = setInterval(() => say(socket), ms);
    socket.on('close', () => clearInterval(timer));
  };
}

/** Pours as fast as the other side takes it. */
function pour(first: string, piece: string): Behaviour {
  return (socket) => {
    const more = (): void => {
      while (!socket.destroyed && socket.write(piece));
    };
    socket.write(first);
    socket.on('drain', more);
    more();
  };
}

const say =
  (bytes: string | Buffer): Behaviour =>
  (socket) =>
    void socket.write(bytes);
const end =
  (bytes: string | Buffer): Behaviour =>
  (socket) =>
    void socket.end(bytes);
const status = (line: string, ...headers: readonly string[]): Behaviour => say(response('{}', headers, line));
const json = (body: string): Behaviour => say(response(body, [JSON_TYPE]));

/** What an API may do, and the documented end of a call to it. `json` and `text` tell how a 200 is read. */
export const CASES: Readonly<Record<string, readonly (readonly [string, Behaviour, string])[]>> = {
  'is slow': [
    ['accepts and says nothing', () => undefined, 'timed_out'],
    [
      'sends headers one byte at a time',
      every(20, (socket) => socket.write('x'), 'HTTP/1.1 200 OK\r\nX-A: '),
      'timed_out',
    ],
    [
      'sends one header after another for ever',
      every(5, (socket) => socket.write('X-A: b\r\n'), 'HTTP/1.1 200 OK\r\n'),
      'timed_out',
    ],
    ['stops in the status line', say('HTTP/1.1 2'), 'timed_out'],
    ['stops after the headers', say('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n'), 'timed_out'],
    ['stops in the body', say('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc'), 'timed_out'],
    ['stops between chunks', say(`${CHUNKED}3\r\nabc\r\n`), 'timed_out'],
    ['stops in the size of a chunk', say(`${CHUNKED}3`), 'timed_out'],
    [
      'drips its body',
      every(20, (socket) => socket.write('x'), 'HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n'),
      'timed_out',
    ],
    ['drips chunks', every(20, (socket) => socket.write('1\r\nx\r\n'), CHUNKED), 'timed_out'],
    ['drips 103 for ever', every(20, (socket) => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n')), 'timed_out'],
    [
      'answers too late',
      (socket) => void setTimeout(() => socket.write(response('late')), TIMEOUT * 3).unref(),
      'timed_out',
    ],
  ],
  'sends too much': [
    ['an endless chunked body', pour(CHUNKED, `10000\r\n${'x'.repeat(0x10000)}\r\n`), 'too_large'],
    ['an endless body without length', pour('HTTP/1.1 200 OK\r\n\r\n', 'x'.repeat(0x10000)), 'too_large'],
    [
      'a gigabyte announced, and sent',
      pour('HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n', 'x'.repeat(0x10000)),
      'too_large',
    ],
    ['a byte more than the limit', say(response('x'.repeat(256 * 1024 + 1))), 'too_large'],
    ['a gzip bomb', say(response(gzipSync(zeros), ['Content-Encoding: gzip'])), 'too_large'],
    ['a brotli bomb', say(response(brotliCompressSync(zeros), ['Content-Encoding: br'])), 'too_large'],
    ['a deflate bomb', say(response(deflateSync(zeros), ['Content-Encoding: deflate'])), 'too_large'],
    ['a huge header', say(response('', [`X-A: ${'a'.repeat(100_000)}`])), 'too_large'],
    [
      'a bomb of headers',
      say(
        response(
          '',
          Array.from({ length: 5_000 }, (_, i) => `X-${i}: ${i}`),
        ),
      ),
      'too_large',
    ],
    ['headers without end', pour('HTTP/1.1 200 OK\r\n', LONG_HEADER), 'too_large'],
    ['a trailer without end', pour(`${CHUNKED}0\r\n`, LONG_HEADER), 'too_large'],
    ['a huge reason phrase', pour('HTTP/1.1 200 ', 'O'.repeat(1000)), 'timed_out'],
    ['chunk extensions without end', pour(`${CHUNKED}3;`, 'a=b;'.repeat(1000)), 'timed_out'],
  ],
  'breaks off': [
    ['hangs up at once', (socket) => socket.end(), 'network'],
    ['resets', (socket) => socket.resetAndDestroy(), 'network'],
    ['hangs up in the headers', end('HTTP/1.1 200 OK\r\nX-A'), 'network'],
    ['hangs up in the body', end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc'), 'network'],
    ['hangs up in a chunk', end(`${CHUNKED}9\r\nabc`), 'network'],
    ['hangs up before the last chunk', end(`${CHUNKED}3\r\nabc\r\n`), 'network'],
    [
      'resets in the body',
      (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc', () => socket.resetAndDestroy()),
      'network',
    ],
    ['cuts its gzip off', say(response(gzipSync('{"a":1}').subarray(0, 15), ['Content-Encoding: gzip'])), 'network'],
  ],
  'is not HTTP': [
    ['greets like a mail server', end('220 mail.example ESMTP\r\n'), 'network'],
    ['sends HTTP/0.9', end('<html>hello</html>'), 'network'],
    ['sends noise', end(Buffer.from('00ff1603ababab0d0a0d0a', 'hex')), 'network'],
    ['sends HTTP/3.0', end('HTTP/3.0 200 OK\r\n\r\n'), 'network'],
    ['has a status of two digits', end('HTTP/1.1 20 OK\r\n\r\n'), 'network'],
    ['has a status that is a word', end('HTTP/1.1 OK 200\r\n\r\n'), 'network'],
    ['has a length that is negative', end('HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nabc'), 'network'],
    ['has a length that is a word', end('HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nabc'), 'network'],
    ['has a length beyond numbers', end(`HTTP/1.1 200 OK\r\nContent-Length: ${'9'.repeat(40)}\r\n\r\nabc`), 'network'],
    ['has two lengths', end('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'), 'network'],
    [
      'has a length and chunks',
      end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
      'network',
    ],
    ['has a chunk size that is none', end(`${CHUNKED}zz\r\nabc\r\n`), 'network'],
    ['has a header without a name', end('HTTP/1.1 200 OK\r\n: b\r\n\r\n'), 'network'],
    ['has a NUL in a header', end('HTTP/1.1 200 OK\r\nX-A: a\0b\r\n\r\n'), 'network'],
    [
      'upgrades to something',
      end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n'),
      'network',
    ],
    ['compresses with what nobody knows', say(response('x', ['Content-Encoding: lzma'])), 'network'],
    ['calls plain text gzip', say(response('{"a":1}', ['Content-Encoding: gzip'])), 'network'],
  ],
  'answers oddly': [
    [
      '103, then 200',
      say(Buffer.concat([Buffer.from('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'), response('{}', [JSON_TYPE])])),
      'json {}',
    ],
    [
      '102 twice, then 200',
      say(Buffer.concat([Buffer.from('HTTP/1.1 102 Processing\r\n\r\n'.repeat(2)), response('{}', [JSON_TYPE])])),
      'json {}',
    ],
    ['HTTP/1.0 without length', end('HTTP/1.0 200 OK\r\n\r\n{"a":1}'), 'json {"a":1}'],
    ['a length too short', say('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}{"more":1}'), 'json {}'],
    ['two answers for one question', say(Buffer.concat([response('{}'), response('{"second":1}')])), 'json {}'],
    ['invalid JSON', json('{"a":1,}'), 'text'],
    ['JSON cut off', json('{"a":[1,2'), 'text'],
    ['JSON with a comment', json('{"a":1} // hi'), 'text'],
    ['HTML that says it is JSON', json('<!doctype html>'), 'text'],
    ['nothing that says it is JSON', json(''), 'text'],
    ['JSON 100,000 deep', json(`${'['.repeat(100_000)}${']'.repeat(100_000)}`), 'text'],
    ['JSON objects 65 deep', json(`${'{"a":'.repeat(65)}1${'}'.repeat(65)}`), 'text'],
    ['JSON of too many values', json(`[${'0,'.repeat(60_000)}0]`), 'text'],
    [
      'JSON of too many keys',
      json(`{${Array.from({ length: 20_000 }, (_, i) => `"${i}":[0]`).join(',')},"z":[${'0,'.repeat(15_000)}0]}`),
      'text',
    ],
    [
      'JSON that reaches for prototypes',
      json('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"a":1}'),
      'json {"a":1}',
    ],
    ['JSON with equal keys', json('{"a":1,"a":2}'), 'json {"a":2}'],
    ['JSON with half an emoji', json('{"a":"\\ud83d"}'), 'json {"a":"\uFFFD"}'],
    ['JSON in UTF-16', say(response(Buffer.from('\uFEFF{"a":1}', 'utf16le'), [JSON_TYPE])), 'json {"a":1}'],
    ['the secret it was sent', json(`{"echo":"${SECRET}"}`), 'json {"echo":"***"}'],
  ],
  'answers with a status': [
    ...[
      '201 Created',
      '204 No Content',
      '299 Odd',
      '304 Not Modified',
      '400 Bad',
      '401 No',
      '403 No',
      '404 No',
      '405 No',
    ].map(bare),
    ...[
      '408 Late',
      '409 Conflict',
      '410 Gone',
      '413 Large',
      '415 Type',
      '418 Teapot',
      '422 No',
      '451 No',
      '499 Odd',
    ].map(bare),
    ...[
      '500 Fault',
      '501 No',
      '502 Gateway',
      '504 Late',
      '505 Version',
      '507 Full',
      '511 Login',
      '599 Odd',
      '999 Odd',
    ].map(bare),
    ['429 with Retry-After', status('429 Too Many', 'Retry-After: 999999'), '429'],
    ['503 with Retry-After', status('503 Away', 'Retry-After: Mon, 05 Jan 2099 09:00:00 GMT'), '503'],
    ...['300 Choose', '301 Moved', '302 Found', '303 Other', '307 Again', '308 For Good'].map(
      (line): [string, Behaviour, string] => [`${line}, to itself`, status(line, 'Location: /'), line.slice(0, 3)],
    ),
    ['302 to nowhere', status('302 Found', 'Location: http://169.254.169.254/latest/meta-data/'), '302'],
    ['302 to a file', status('302 Found', 'Location: file:///etc/passwd'), '302'],
    ['302 without a place', status('302 Found'), '302'],
  ],
};

function bare(line: string): [string, Behaviour, string] {
  const empty = /^(?:204|304)/.test(line);
  return [line, empty ? say(`HTTP/1.1 ${line}\r\n\r\n`) : status(line), line.slice(0, 3)];
}
