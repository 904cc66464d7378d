// Servers in a process of their own, talked to over HTTP: Parley's web chat, and the plain front for comparison.
import { startChild } from '../child.mjs';
import { jsonClient } from '../http-client.mjs';

/** The whole server. A contact comes by the link, and goes on in the same chat, also with the next conversation. */
export async function serverBot(job) {
  const child = await startChild('serve.mjs', { ...job, serve: 'parley' });
  const client = jsonClient(child.first.url);
  const sessions = new Map();
  const texts = ({ messages }) => messages.map(({ text }) => text);
  return {
    async send(contact, text) {
      const session = sessions.get(contact);
      if (session !== undefined) return texts(await client.post(`/api/chat/${session}/messages`, { text }));
      const begun = await client.post('/api/chat/order-status/start', {}, 'X-Session: \r\n');
      sessions.set(contact, begun.session);
      return texts(begun);
    },
    heard: async (contact) =>
      texts(
        await client.post('/api/chat/order-status/start', { fresh: false }, `X-Session: ${sessions.get(contact)}\r\n`),
      ),
    ...ends(child, client),
  };
}

/** The hand-written bot behind plain node:http. */
export async function frontBot(job) {
  const child = await startChild('serve.mjs', { ...job, serve: 'front' });
  const client = jsonClient(child.first.url);
  return {
    send: async (contact, text) => (await client.post('/message', { contact, text })).replies,
    ...ends(child, client),
  };
}

function ends(child, client) {
  return {
    pid: child.pid,
    meter: { begin: () => child.ask('begin'), end: () => child.ask('end'), memory: () => child.ask('memory') },
    close: async () => {
      client.close();
      await child.ask('close');
      child.stop();
    },
  };
}
