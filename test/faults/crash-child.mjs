// A whole conversation that can be told to die, or to stand still, at its n-th effect. Run by the crash tests on the
// build. JOB is JSON: `runs` of the same script, each with a folder of its own; `at` the effect, with its `signal`.
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { App } from '../../dist/src/app.js';
import { readConfig } from '../../dist/src/config/config.js';
import { Outside } from '../../dist/src/conversation/outside.js';
import { newContact } from '../../dist/src/domain/contact.js';
import { ParleyError } from '../../dist/src/domain/error.js';
import { silentLog } from '../../dist/src/log/logger.js';
import { openStore } from '../../dist/src/store/index.js';

const { runs, at = 0, signal = 'SIGKILL', script, flows, leaseMs, mongo = '' } = JSON.parse(process.env.JOB);
const WRITES = new Set(['accept', 'commit', 'settle', 'put', 'remove']);
const names = [];
// What happens at the start of a process on a database that others use as well is not the same each time.
let counting = mongo === '';

/** Every effect passes here twice, before and after; the chosen one is the last thing this process does for a while. */
function point(name) {
  if (!counting) return;
  names.push(name);
  if (names.length === at) process.kill(process.pid, signal);
}

/** Which revision was made of which, in the folder that outlives this process. */
function noteCommit({ id, revision }) {
  const [channel, contact] = id.split(':');
  const run = runs.find((each) => channelOf(each) === channel);
  if (run !== undefined) appendFileSync(join(run.dir, `${contact}.commits`), `${revision}\n`);
}

function watched(store) {
  return new Proxy(store, {
    get(target, name) {
      const verb = Reflect.get(target, name);
      if (typeof verb !== 'function') return verb;
      if (!WRITES.has(name)) return verb.bind(target);
      return async (...args) => {
        point(`before ${String(name)}`);
        const result = await verb.apply(target, args);
        if (result?.kind === 'committed') noteCommit(args[0]);
        point(`after ${String(name)}`);
        return result;
      };
    },
  });
}

/** Each run has a channel of its own: who shares a database dies of its own effects, and not of those of others. */
function channelOf(run) {
  return `ledger${run.name}`;
}

/** A channel whose contacts see every send, repeated ones too. A ledger is named after its contact. */
function ledgerOf(run) {
  return {
    name: channelOf(run),
    title: 'Ledger',
    summary: 'Writes down what a contact would see.',
    needs: [],
    limits: { text: 1000, caption: 1000, buttons: 0, buttonLabel: 20, list: 0, listLabel: 20 },
    repeat: 'seen',
    async open() {
      return {
        async send({ message }, { address }) {
          point('before send');
          appendFileSync(join(run.dir, address), `${masked(message.text)}\n`);
          point('after send');
          return { kind: 'sent' };
        },
        async close() {},
      };
    },
  };
}

/** Tokens differ from run to run; that there is one counts. */
function masked(text) {
  return text.replace(/\/resume\/\S+/, '/resume/TOKEN');
}

async function openApp(some) {
  const dir = join(some[0].dir, 'data');
  const env = { ...process.env, PORT: '0', DATA_DIR: dir, FLOWS_DIR: flows, MONGODB_URI: mongo };
  const { config } = readConfig(env);
  const store = watched(await openStore({ dataDir: config.dataDir, mongodbUri: mongo }));
  const channels = some.map(ledgerOf);
  const app = await App.start({ config, log: silentLog, store, channels, watchFlows: false, leaseMs });
  return { app, store };
}

const idsOf = (run) => ['ana', 'desk'].map((name) => newContact(channelOf(run), name).id);

/** Asks until the store takes it: to one that stood still, it seems to have been away. */
async function taken(act) {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof ParleyError) || error.code !== 'busy') throw error;
      await pause(100);
    }
  }
}

/** Much longer than leases, calls and a slow machine take: what is not at rest by then never will be (ms). */
const STUCK = 90_000;

async function settled(store, run) {
  for (const until = performance.now() + STUCK; ;) {
    const both = await Promise.all(idsOf(run).map((id) => taken(() => store.load(id))));
    if (both.every((each) => each === null || (each.inbox.length === 0 && each.owed.length === 0))) return;
    if (performance.now() > until) throw new Error(`does not come to rest: ${JSON.stringify(both)}`);
    await pause(5);
  }
}

async function resume({ app, store }, run) {
  const lines = await taken(() => store.transcript(idsOf(run)[0], { after: 0, limit: 1000 }));
  const token = lines.map((line) => /\/resume\/(\S+)/.exec(line.message?.text ?? '')?.[1]).find(Boolean);
  if (token === undefined) throw new Error(`no link was given out: ${JSON.stringify(lines.map(shown))}`);
  const accept = (contact, entry) => app.inbox.accept(contact, entry);
  const outside = new Outside({ store, flows: app.library, accept, now: Date.now, id: () => 'none' });
  await taken(() => outside.resume(token, { amount: 7 }, 'one key')).catch((error) => {
    if (!(error instanceof ParleyError)) throw error;
    process.stderr.write(`${error.message}\n`);
  });
}

/** Says everything from the beginning, as somebody does who never got an answer; ids make it count once. */
async function talk(on, run) {
  const contact = newContact(channelOf(run), 'ana');
  for (const [i, step] of script.entries()) {
    if (step === 'resume') await resume(on, run);
    else {
      const entry = { ...step, ...contactsIn(step, run), id: `e${i}`, at: Date.now() };
      await taken(() => on.app.inbox.accept(contact, entry));
    }
    await settled(on.store, run);
  }
}

function contactsIn(step, run) {
  return step.kind === 'start' ? { variables: { desk: `${channelOf(run)}:desk` } } : {};
}

const shown = (line) =>
  line.kind === 'out' ? `< ${masked(line.message.text)}` : line.kind === 'in' ? `> ${line.message.text}` : line.kind;

async function told({ store }, run) {
  const result = {};
  for (const id of idsOf(run)) {
    const conversation = await taken(() => store.load(id));
    const lines = await taken(() => store.transcript(id, { after: 0, limit: 1000 }));
    const ins = lines.filter((line) => line.kind === 'in').map((line) => line.cause);
    result[id.slice(id.indexOf(':') + 1)] = {
      lines: lines.map(shown),
      seqs: lines.map((line) => line.seq),
      causes: ins,
      stuck: conversation !== null && (conversation.inbox.length > 0 || conversation.owed.length > 0),
    };
  }
  return { name: run.name, told: result };
}

async function one(run, on) {
  await talk(on, run);
  await on.app.idle();
  return told(on, run);
}

const results = [];
if (mongo !== '') {
  const on = await openApp(runs);
  counting = true;
  results.push(...(await Promise.all(runs.map((run) => one(run, on)))));
  await on.app.close(1000);
} else {
  const waiting = [...runs];
  const worker = async () => {
    for (let run = waiting.shift(); run !== undefined; run = waiting.shift()) {
      const on = await openApp([run]);
      results.push(await one(run, on));
      await on.app.close(1000);
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}
process.stdout.write(JSON.stringify({ names, results }));
