import type { Router } from 'express';
import type { DirectRoutes } from './direct.ts';
import type { Client } from '../calls/client.ts';
import type { BenchPort } from '../channel/bench.ts';
import type {
  ByHand,
  Channel,
  ChannelHost,
  ConversationView,
  FlowView,
  Receipt,
  TeamView,
} from '../channel/channel.ts';
import type { Outside } from '../conversation/outside.ts';
import { speaks } from '../conversation/routing.ts';
import type { Signals } from '../conversation/signals.ts';
import { newContact } from '../domain/contact.ts';
import type { Conversation } from '../domain/conversation.ts';
import type { Entry } from '../domain/entry.ts';
import { realWorld } from '../domain/world.ts';
import type { Flow } from '../domain/flow.ts';
import type { Library } from '../flow/library.ts';
import type { Inbox } from '../inbox/accept.ts';
import type { Log } from '../log/logger.ts';
import type { RunningChannel } from '../outbox/sender.ts';
import type { Store } from '../store/store.ts';
import type { Elsewhere } from './elsewhere.ts';
import { tellFailed } from './undelivered.ts';

/** A terminal somebody sits at. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** What a host is made of. The inbox opens after the channels, so it is asked for when needed. */
export interface HostParts {
  readonly store: Store;
  readonly signals: Signals;
  readonly library: Library;
  readonly log: Log;
  readonly router: Router;
  readonly direct: DirectRoutes;
  /** Channels that are open. */
  channel(name: string): RunningChannel | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Notices what other processes do to conversations; null when there are no others. */
  readonly elsewhere: Elsewhere | null;
  readonly terminal?: Terminal;
  /** The client for the APIs of the places themselves. */
  readonly client: Pick<Client, 'send' | 'download'>;
  /** What the team may do, on whatever channel it sits. */
  readonly outside: Pick<Outside, 'write' | 'handback'>;
  /** Trying flows from within a channel. */
  readonly bench: BenchPort;
  inbox(): Inbox;
}

/** Lines of a transcript read at once. */
const PAGE = 500;

/** What one channel sees of the app. */
export function channelHost(channel: Channel, parts: HostParts): ChannelHost {
  const idOf = (address: string): string => `${channel.name}:${address}`;
  return {
    accept: (address: string, entry: Entry, known = {}): Promise<Receipt> =>
      parts.inbox().accept(newContact(channel.name, address, known), entry),
    router: parts.router,
    direct: (route) => parts.direct.add(route),
    conversations: conversationView(idOf, parts),
    flows: flowView(channel.name, parts.library),
    env: parts.env,
    http: (request) => parts.client.send(request, realWorld.id()),
    download: (request, take) => parts.client.download(request, take),
    notes: notesOf(channel.name, parts.store),
    team: teamOf(parts),
    bench: parts.bench,
    takeover: (address, said) => takeOver(idOf(address), said, parts),
    undelivered: (address, reason) => tellFailed(idOf(address), reason, parts),
    ...(parts.terminal === undefined ? {} : { terminal: parts.terminal }),
    now: () => parts.store.now(),
    id: () => realWorld.id(),
    log: (level, text, facts) => parts.log[level](text, { channel: channel.name, ...facts }),
  };
}

/** The team's words count once by the id of what they wrote. */
function teamOf({ outside, store }: HostParts): TeamView {
  return {
    write: (contact, message, id) => outside.write(contact, message, id),
    handback: (contact) => outside.handback(contact),
    look: async (contact, last) => {
      const conversation = await store.load(contact);
      const after = Math.max(0, (conversation?.lines ?? 0) - last);
      const lines = last === 0 ? [] : await store.transcript(contact, { after, limit: last });
      return { taken: conversation?.session?.wait.for === 'human', lines };
    },
  };
}

/** A person writes to somebody from the phone: only a conversation that is there can be taken over. */
async function takeOver(id: string, said: ByHand, parts: HostParts): Promise<void> {
  const conversation = await parts.store.load(id);
  if (conversation === null || conversation.session === null) return;
  await parts
    .inbox()
    .accept(conversation.contact, { kind: 'takeover', id: `takeover-${said.id}`, at: realWorld.now() });
}

/** What a channel keeps for itself, as documents of the store. */
function notesOf(channel: string, store: Store): NonNullable<ChannelHost['notes']> {
  const kind = `notes:${channel}`;
  return {
    get: async (name) => {
      const value = (await store.get(kind, name))?.body['value'];
      return typeof value === 'string' ? value : null;
    },
    set: (name, value) => store.put({ kind, id: name, order: name, body: { value } }),
  };
}

function conversationView(idOf: (address: string) => string, parts: HostParts): ConversationView {
  const { store, signals, elsewhere } = parts;
  const loaded = atOnce((id) => store.load(id));
  return {
    load: (address) => store.load(idOf(address)),
    transcript: async (address, after) => {
      const lines = [...(await store.transcript(idOf(address), { after, limit: PAGE }))];
      for (let full = lines.length === PAGE; full;) {
        const more = await store.transcript(idOf(address), { after: lines.at(-1)?.seq ?? after, limit: PAGE });
        lines.push(...more);
        full = more.length === PAGE;
      }
      return lines;
    },
    settled: async (address, entryId, timeoutMs) => {
      const id = idOf(address);
      const release = elsewhere?.watch(id);
      const check = async (): Promise<boolean> => isSettled(await loaded(id), entryId);
      return signals.waitSettled(id, entryId, timeoutMs, check).finally(() => release?.());
    },
    watch: (address, grown) => {
      const stop = signals.watch(idOf(address), grown);
      const release = elsewhere?.watch(idOf(address));
      return () => {
        release?.();
        stop();
      };
    },
  };
}

/** Asks once for all who ask the same at the same moment: a turn elsewhere wakes everybody who waits for one contact. */
function atOnce<T>(ask: (id: string) => Promise<T>): (id: string) => Promise<T> {
  const asked = new Map<string, Promise<T>>();
  return (id) => {
    const answer = asked.get(id) ?? ask(id);
    if (!asked.has(id)) setImmediate(() => asked.delete(id));
    asked.set(id, answer);
    return answer;
  };
}

/** True when an entry and the calls it led to are behind the conversation. */
function isSettled(conversation: Conversation | null, entryId: string): boolean {
  if (conversation === null) return true;
  const waiting = conversation.inbox.some((entry) => entry.id === entryId);
  return !waiting && !conversation.owed.some((effect) => effect.kind === 'call' && effect.cause === entryId);
}

/** Every live flow that speaks a channel can be opened by its link; `link: true` also lists it. */
function flowView(channel: string, library: Library): FlowView {
  return {
    linked: (id) => {
      const flow = library.current(id);
      if (flow === undefined || !speaks(flow, channel)) return null;
      const { redirectUrl } = flow.settings;
      const { name, language } = flow;
      const spoken = language === undefined ? {} : { language };
      return { id, name, ...spoken, ...(redirectUrl === undefined ? {} : { redirectUrl }) };
    },
    firstLinked: () => listed(library, channel)[0]?.id ?? null,
  };
}

/** Flows that say `link: true`, in the order of their ids. */
export function listed(library: Library, channel: string): Flow[] {
  return library
    .all()
    .filter((flow) => speaks(flow, channel) && flow.triggers.some((trigger) => trigger.kind === 'link'));
}
