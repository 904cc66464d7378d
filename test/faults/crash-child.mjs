// One run of a whole conversation that can be told to die at its n-th effect. Run by crash-points.test.ts on the build.
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { App } from '../../dist/src/app.js';
import { readConfig } from '../../dist/src/config/config.js';
import { newContact } from '../../dist/src/domain/contact.js';
import { silentLog } from '../../dist/src/log/logger.js';
import { openStore } from '../../dist/src/store/index.js';

const { DIR, CRASH_AT, MESSAGES } = process.env;
const WRITES = new Set(['accept', 'commit', 'settle', 'put', 'claim', 'renew']);
let points = 0;

/** Every effect passes here twice, before and after; the chosen one is the last thing this process does. */
function point() {
  points += 1;
  if (points === Number(CRASH_AT)) process.kill(process.pid, 'SIGKILL');
}

function dying(store) {
  return new Proxy(store, {
    get(target, name) {
      const verb = Reflect.get(target, name);
      if (typeof verb !== 'function') return verb;
      if (!WRITES.has(name)) return verb.bind(target);
      return async (...args) => {
        // Looking for work that is due happens by the clock: it is no effect of the conversation.
        if (name === 'claim' || name === 'renew') return verb.apply(target, args);
        point();
        const result = await verb.apply(target, args);
        point();
        return result;
      };
    },
  });
}

/** A channel whose contact sees every send, repeated ones too. */
const ledger = {
  name: 'ledger',
  title: 'Ledger',
  summary: 'Writes down what a contact would see.',
  needs: [],
  limits: { text: 1000, caption: 1000, buttons: 0, buttonLabel: 20, list: 0, listLabel: 20 },
  repeat: 'seen',
  async open() {
    return {
      async send({ message }) {
        point();
        appendFileSync(join(DIR, 'ledger'), `${message.text}\n`);
        point();
        return { kind: 'sent' };
      },
      async close() {},
    };
  },
};

const { config } = readConfig({ ...process.env, PORT: '0', DATA_DIR: join(DIR, 'data'), FLOWS_DIR: process.env.FLOWS });
const store = dying(await openStore({ dataDir: config.dataDir }));
const app = await App.start({ config, log: silentLog, store, channels: [ledger], watchFlows: false });
const contact = newContact('ledger', 'ana');

async function settled() {
  for (;;) {
    const conversation = await store.load(contact.id);
    if (conversation !== null && conversation.inbox.length === 0 && conversation.owed.length === 0) return;
    await pause(3);
  }
}

const said = JSON.parse(MESSAGES);
const entries = [{ kind: 'start', flow: 'order' }, ...said.map((text) => ({ kind: 'message', message: { text } }))];
for (const [i, entry] of entries.entries()) {
  await app.inbox.accept(contact, { ...entry, id: `e${i}`, at: Date.now() });
  await settled();
}
await app.idle();
const lines = await store.transcript(contact.id, { after: 0, limit: 1000 });
process.stdout.write(
  JSON.stringify({
    points,
    lines: lines.map((line) =>
      line.kind === 'out' ? `< ${line.message.text}` : line.kind === 'in' ? `> ${line.message.text}` : line.kind,
    ),
  }),
);
await app.close(1000);
