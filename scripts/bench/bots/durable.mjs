// All of Parley but its HTTP face, in this process: inbox, lanes, turns, store and outbox, behind a channel of ours.
import { openApp } from '../app.mjs';
import { compiled } from '../compiled.mjs';

/** `job` as for `openApp`. A message is answered once as many texts as are expected were delivered. */
export async function durableBot(job, counts) {
  const { WEB } = await compiled('src/channel/limits');
  const waiting = new Map();
  const opened = {};
  const channel = channelOf(WEB, waiting, opened);
  const { app, store } = await openApp(job, counts, [channel]);
  let sent = 0;
  return {
    async send(contact, text, expect) {
      sent += 1;
      const heard = new Promise((resolve) => waiting.set(contact, { said: [], expect, resolve }));
      const entry = { kind: 'message', id: `m${sent}`, at: Date.now(), message: { text } };
      const receipt = await opened.host.accept(contact, entry);
      if (receipt !== 'accepted') throw new Error(receipt);
      return heard;
    },
    idle: () => app.idle(),
    close: () => app.close(5000),
    heard: async (contact) => {
      const lines = await store.transcript(`bench:${contact}`, { after: 0, limit: 1e6 });
      return lines.flatMap((line) => (line.kind === 'out' ? [line.message.text] : []));
    },
  };
}

function channelOf(limits, waiting, opened) {
  const facts = {
    name: 'bench',
    title: 'Bench',
    summary: 'The measuring driver.',
    needs: [],
    limits,
    repeat: 'unseen',
  };
  const deliver = ({ message }, { address }) => {
    const one = waiting.get(address);
    if (one === undefined) return;
    one.said.push(message.text);
    if (one.said.length < one.expect) return;
    waiting.delete(address);
    one.resolve(one.said);
  };
  const open = {
    async send(delivery, contact) {
      deliver(delivery, contact);
      return { kind: 'sent' };
    },
    close: async () => undefined,
  };
  return {
    ...facts,
    async open(host) {
      opened.host = host;
      return open;
    },
  };
}
