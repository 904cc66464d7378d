// The orders API that bots call, in a process of its own.
import { createServer } from 'node:http';
import { ORDERS } from './scenario.mjs';

const bodies = new Map(Object.entries(ORDERS).map(([number, order]) => [`/orders/${number}`, JSON.stringify(order)]));
const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
  const body = bodies.get(request.url) ?? '{}';
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }).end(body);
});
server.listen(0, '127.0.0.1', 4096, () => process.send?.({ url: `http://127.0.0.1:${server.address().port}` }));
process.on('disconnect', () => process.exit(0));
