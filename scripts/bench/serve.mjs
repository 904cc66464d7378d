// A server to be measured, in a process of its own: `node serve.mjs '{"serve":"parley",…}'`. Its parent asks by messages
// what it uses. `parley` is the whole server with the web chat; `front` is the hand-written bot behind plain node:http.
import { createServer } from 'node:http';
import { openApp } from './app.mjs';
import { floorBot } from './bots/floor.mjs';
import { compiled } from './compiled.mjs';
import { meter } from './meter.mjs';

const job = JSON.parse(process.argv[2] ?? '{}');
const counts = {};
const measure = meter(counts);
const server = job.serve === 'front' ? await front() : await parley();
process.on('message', ({ ask }) => void answer(ask));
process.on('disconnect', () => process.exit(0));
process.send?.({ url: server.url });

async function answer(ask) {
  const told = ask === 'close' ? await server.close() : await measure[ask]();
  process.send?.({ told: told ?? null });
}

async function parley() {
  const { web } = await compiled('channels/web/index');
  const { app } = await openApp(job, counts, [web]);
  return { url: app.url, close: () => app.close(5000) };
}

/** `POST /message {contact, text}` answers `{replies}`: what a server costs that does nothing else. */
async function front() {
  const bot = await floorBot(job);
  const http = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => void reply(bot, Buffer.concat(parts).toString(), response));
  });
  await new Promise((resolve) => http.listen(0, '127.0.0.1', 4096, resolve));
  return { url: `http://127.0.0.1:${http.address().port}`, close: () => bot.close() };
}

async function reply(bot, asked, response) {
  const { contact, text } = JSON.parse(asked);
  const body = JSON.stringify({ replies: await bot.send(contact, text) });
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }).end(body);
}
