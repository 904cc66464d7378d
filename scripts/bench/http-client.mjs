// A client for measuring servers: kept connections and next to nothing around them, so that it is not what is measured.
import { connect } from 'node:net';

const END_OF_HEAD = '\r\n\r\n';

/** POSTs JSON to one server over at most `most` connections. Understands answers with a Content-Length only. */
export function jsonClient(url, most = 256) {
  const { hostname, port, host } = new URL(url);
  const free = [];
  const waiting = [];
  const all = new Set();
  const handBack = (line) => {
    const next = waiting.shift();
    if (next === undefined) free.push(line);
    else next(line);
  };
  const line = () => {
    const kept = free.pop();
    if (kept !== undefined) return kept;
    if (all.size >= most) return new Promise((resolve) => waiting.push(resolve));
    const made = openLine(Number(port), hostname);
    all.add(made);
    return made;
  };
  return {
    async post(path, body, headers = '') {
      const text = JSON.stringify(body);
      const length = `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n`;
      const mine = await line();
      try {
        return await mine.ask(`POST ${path} HTTP/1.1\r\nHost: ${host}\r\n${headers}${length}\r\n${text}`);
      } finally {
        handBack(mine);
      }
    },
    close: () => all.forEach((each) => each.close()),
  };
}

/** One connection: one question at a time. */
function openLine(port, host) {
  const socket = connect({ port, host, noDelay: true });
  let asked = null;
  let heard = '';
  const fail = (error) => asked?.reject(error);
  socket.setEncoding('utf8');
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the server closed the connection')));
  socket.on('data', (text) => {
    heard += text;
    const answer = answerIn(heard);
    if (answer === null || asked === null) return;
    const { resolve, reject } = asked;
    [asked, heard] = [null, ''];
    if (answer.status < 300) resolve(answer.json);
    else reject(new Error(`${answer.status} ${JSON.stringify(answer.json)}`));
  });
  const ask = (text) =>
    new Promise((resolve, reject) => {
      asked = { resolve, reject };
      socket.write(text);
    });
  return { ask, close: () => socket.destroy() };
}

/** The answer when all of it is there, null before. */
function answerIn(text) {
  const end = text.indexOf(END_OF_HEAD);
  if (end < 0) return null;
  const head = text.slice(0, end);
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
  const body = text.slice(end + END_OF_HEAD.length);
  if (Buffer.byteLength(body) < length) return null;
  return { status: Number(head.slice(9, 12)), json: JSON.parse(body) };
}
