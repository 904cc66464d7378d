import { EventEmitter, once } from 'node:events';
import type { Router } from 'express';
import type {
  ChannelHost,
  ConversationView,
  DirectRoute,
  FlowView,
  HttpAnswer,
  HttpFile,
  HttpRequest,
  Notes,
  Receipt,
} from '../../src/channel/channel.ts';
import { newContact } from '../../src/domain/contact.ts';
import type { Conversation, Line, NewLine } from '../../src/domain/conversation.ts';
import type { Entry } from '../../src/domain/entry.ts';
import { messageOf } from '../../src/domain/error.ts';
import type { Outbound } from '../../src/domain/message.ts';
import { parseJson } from '../../src/domain/parse-json.ts';
import type { Session } from '../../src/domain/session.ts';

/** What a scripted bot can do in a turn. Nothing shows before `commit`, or before the script is over. */
export interface Turn {
  readonly entry: Entry;
  readonly flow: string;
  readonly say: (message: Outbound | string) => void;
  readonly end: (redirectUrl?: string) => void;
  /** Makes what was said so far visible and goes on, as a turn does that waits for a call. */
  readonly commit: () => void;
}

/** The bot: called for each entry of a conversation, one at a time. */
export type Script = (turn: Turn) => void | Promise<void>;

interface Kept {
  conversation: Conversation;
  readonly lines: Line[];
  readonly seen: Set<string>;
  readonly settled: Set<string>;
  work: Promise<void>;
}

/** The store and the engine of the tests. Several fake hosts on one of these are several processes. */
export class FakeWorld {
  readonly kept = new Map<string, Kept>();
  readonly news = new EventEmitter().setMaxListeners(0);
  readonly script: Script;
  /** What the next entries get instead of being stored. */
  refuse: 'full' | 'closing' | null = null;
  /** What an adapter knew of the contact at its first entry. */
  readonly known = new Map<string, object>();

  constructor(script: Script) {
    this.script = script;
  }

  accept(address: string, entry: Entry): Receipt {
    if (this.refuse !== null) return this.refuse;
    const kept = this.kept.get(address) ?? this.#create(address);
    if (kept.seen.has(entry.id)) return 'duplicate';
    kept.seen.add(entry.id);
    kept.conversation = { ...kept.conversation, inbox: [...kept.conversation.inbox, entry] };
    kept.work = kept.work.then(() => this.#turn(address, kept, entry));
    return 'accepted';
  }

  /** Writes lines as a commit does. */
  write(address: string, ...lines: NewLine[]): void {
    const kept = this.kept.get(address) ?? this.#create(address);
    for (const line of lines) kept.lines.push({ ...line, seq: kept.lines.length + 1 });
    const heard = lines.findLast((line) => line.kind === 'in');
    const { contact, revision } = kept.conversation;
    kept.conversation = {
      ...kept.conversation,
      contact: heard === undefined ? contact : { ...contact, heardAt: heard.at },
      lines: kept.lines.length,
      revision: revision + 1,
    };
    this.news.emit(address);
  }

  #create(address: string): Kept {
    const contact = newContact('web', address);
    const conversation = { id: contact.id, contact, session: null, inbox: [], owed: [], revision: 0, lines: 0 };
    const kept: Kept = { conversation, lines: [], seen: new Set(), settled: new Set(), work: Promise.resolve() };
    this.kept.set(address, kept);
    return kept;
  }

  async #turn(address: string, kept: Kept, entry: Entry): Promise<void> {
    let lines: NewLine[] = openingLines(entry, kept.conversation.session?.flow);
    const stamp = { at: entry.at, cause: entry.id };
    let over = entry.kind !== 'start' && kept.conversation.session === null;
    const flow = entry.kind === 'start' ? entry.flow : (kept.conversation.session?.flow ?? '');
    const commit = (wait: 'call' | 'reply'): void => {
      const inbox = kept.conversation.inbox.filter((other) => other !== entry);
      kept.conversation = { ...kept.conversation, inbox, session: over ? null : session(flow, wait) };
      this.write(address, ...lines);
      lines = [];
    };
    await this.script({
      entry,
      flow,
      say(message) {
        const key = `${entry.id}/${kept.lines.length + lines.length}`;
        lines.push({ ...stamp, kind: 'out', key, message: typeof message === 'string' ? { text: message } : message });
      },
      end(redirect_url) {
        over = true;
        lines.push({ ...stamp, kind: 'ended', flow, ...(redirect_url === undefined ? {} : { redirect_url }) });
      },
      commit: () => commit('call'),
    });
    commit('reply');
    kept.settled.add(entry.id);
    this.news.emit(`${address} settled`);
  }
}

/** A ChannelHost in memory. */
export class FakeHost implements ChannelHost {
  readonly router: Router;
  readonly world: FakeWorld;
  readonly env: Record<string, string | undefined> = {};
  readonly logged: string[] = [];
  /** The clock: stands still until a test moves it. */
  time = Date.UTC(2026, 10, 21);
  /** Several hosts on one world share them when they are given the same. */
  notes = new FakeNotes();
  /** Milliseconds after which `settled` gives up, whatever it was asked; null means as asked. */
  patience: number | null = null;
  readonly conversations: ConversationView;
  readonly flows: FlowView;
  /** Over real sockets. */
  readonly http = async (request: HttpRequest): Promise<HttpAnswer> =>
    requested(request, async (response) => {
      const body = await response.text();
      const json = parseJson(body);
      return json === undefined ? { body } : { body, json };
    });
  readonly download = async (request: HttpRequest, take: (file: HttpFile) => Promise<void>): Promise<HttpAnswer> =>
    requested(request, async ({ status, headers, body, ok }) => {
      if (ok && body !== null) await take({ status, headers: Object.fromEntries(headers), body });
      return { body: '' };
    });
  readonly direct = ({ method, path, handle }: DirectRoute): void =>
    void this.router.use((request, response, next) => {
      const [, name] = (request.method === method && path.exec(request.url)) || [];
      return name === undefined ? next() : handle(request, response, name);
    });
  #ids = 0;

  constructor(router: Router, world: FakeWorld, flows: readonly { id: string; name: string; redirectUrl?: string }[]) {
    this.router = router;
    this.world = world;
    this.flows = {
      linked: (id) => flows.find((flow) => flow.id === id) ?? null,
      firstLinked: () => flows[0]?.id ?? null,
    };
    this.conversations = {
      load: async (address) => world.kept.get(address)?.conversation ?? null,
      transcript: async (address, after) => (world.kept.get(address)?.lines ?? []).filter((line) => line.seq > after),
      settled: (address, entry, timeoutMs) => settled(world, address, entry, this.patience ?? timeoutMs),
      watch: (address, grown) => {
        world.news.on(address, grown);
        return () => void world.news.off(address, grown);
      },
    };
  }

  async accept(address: string, entry: Entry, known: object = {}): Promise<Receipt> {
    if (!this.world.known.has(address)) this.world.known.set(address, known);
    return this.world.accept(address, entry);
  }

  now(): number {
    return this.time;
  }

  id(): string {
    this.#ids += 1;
    return `id-${this.#ids}`;
  }

  log(_level: string, text: string): void {
    this.logged.push(text);
  }
}

/** A channel's table; `broken` is a store that is away. */
export class FakeNotes implements Notes {
  readonly kept = new Map<string, string>();
  broken = false;

  async get(name: string): Promise<string | null> {
    if (this.broken) throw new Error('the store is away');
    return this.kept.get(name) ?? null;
  }

  async set(name: string, value: string): Promise<void> {
    if (this.broken) throw new Error('the store is away');
    this.kept.set(name, value);
  }
}

async function requested(
  { url, timeout, ...request }: HttpRequest,
  read: (response: Response) => Promise<Pick<Extract<HttpAnswer, { kind: 'answered' }>, 'body' | 'json'>>,
): Promise<HttpAnswer> {
  try {
    const response = await fetch(url, { ...request, redirect: 'manual', signal: AbortSignal.timeout(timeout) });
    const headers = Object.fromEntries(response.headers);
    return { kind: 'answered', status: response.status, headers, ...(await read(response)) };
  } catch (error) {
    return { kind: 'failed', code: 'network', reason: messageOf(error) };
  }
}

function openingLines(entry: Entry, flow: string | undefined): NewLine[] {
  const stamp = { at: entry.at, cause: entry.id };
  if (entry.kind === 'start') return [{ ...stamp, kind: 'started', flow: entry.flow }];
  if (entry.kind === 'message') return [{ ...stamp, kind: 'in', message: entry.message }];
  return flow === undefined ? [] : [{ ...stamp, kind: 'ended', flow }];
}

async function settled(world: FakeWorld, address: string, entry: string, timeoutMs: number): Promise<boolean> {
  const signal = AbortSignal.timeout(timeoutMs);
  while (world.kept.get(address)?.settled.has(entry) !== true) {
    try {
      await once(world.news, `${address} settled`, { signal });
    } catch {
      return false;
    }
  }
  return true;
}

function session(flow: string, wait: 'call' | 'reply'): Session {
  const times = { startedAt: 0, expiresAt: Number.MAX_SAFE_INTEGER };
  const place = { flow, version: 'v1', block: 'ask', wait: { for: wait } };
  return { id: 'session', ...place, ...times, variables: {}, message: null, visits: 1 };
}
