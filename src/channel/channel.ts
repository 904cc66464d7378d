import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Router } from 'express';
import type { CallOutcome } from '../domain/call.ts';
import type { Conversation, Line } from '../domain/conversation.ts';
import type { Contact } from '../domain/contact.ts';
import type { Delivery } from '../domain/effect.ts';
import type { Entry } from '../domain/entry.ts';
import type { Finding } from '../domain/finding.ts';
import type { Outbound } from '../domain/message.ts';
import type { BenchPort } from './bench.ts';
import type { Limits } from './limits.ts';

/** One adapter between the inbox, the outbox and a place where people talk. One file or folder in `channels/`. */
export interface Channel {
  readonly name: string;
  readonly title: string;
  /** One sentence for the start page and the docs. */
  readonly summary: string;
  /** Environment variables it needs, of an inner list one; it stays off, by name, until they are set. */
  readonly needs: readonly (string | readonly string[])[];
  readonly limits: Limits;
  /**
   * What a contact sees when a delivery is sent twice after a crash. `unseen`: the key makes it one message,
   * so a turn's sends are settled together. `seen`: each send is recorded before the next one starts.
   */
  readonly repeat: 'unseen' | 'seen';
  /** Starts the adapter. SDKs are imported here, never at the top of the file. */
  open(host: ChannelHost): Promise<OpenChannel>;
  /**
   * Asks the place itself whether the settings work, for `parley doctor`. It changes nothing, loads no SDK, and makes
   * its requests by `http` only; what cannot be found out is a note.
   */
  check?(env: ChannelHost['env'], http: AskPlace): Promise<readonly Finding[]>;
}

/** Makes a request to the API of a place; never rejects. */
export type AskPlace = (request: HttpRequest) => Promise<HttpAnswer>;

/** A running adapter. */
export interface OpenChannel {
  send(delivery: Delivery, contact: Contact): Promise<Sent> | Sent;
  /** Tells the team about a conversation on another channel (see `delivery.team`); absent: it has no team. */
  team?(delivery: Delivery, contact: Contact): Promise<Sent>;
  /** Tells the team that something never reached a contact whose conversation it has; best effort. */
  undelivered?(contact: Contact, reason: string): void;
  /** Shows or hides that an answer is on its way; best effort. */
  typing?(contact: Contact, on: boolean): void;
  /** Drops what the channel keeps beside the store and is older than `before` (ms since 1970); answers how many. */
  tidy?(before: number): Promise<number>;
  close(): Promise<void>;
}

export type Sent =
  | { readonly kind: 'sent' }
  /** To be tried again, after `after` milliseconds if the channel says so. */
  | { readonly kind: 'retry'; readonly after?: number; readonly reason: string }
  /** Never to be tried again. `reason` is one sentence for the person who runs the server. */
  | { readonly kind: 'refused'; readonly reason: string };

/** What happened to something a contact did. `full` and `closing` were not stored: say so to the sender. */
export type Receipt = 'accepted' | 'duplicate' | 'full' | 'closing';

/** What the app gives to an adapter. */
export interface ChannelHost {
  /** Stores an entry before anything is acknowledged. `address` is the contact's on this channel. */
  accept(address: string, entry: Entry, known?: { name?: string; language?: string }): Promise<Receipt>;
  /** A person of the team has written to a contact past us, on the phone for example: the bot should be silent. */
  readonly takeover?: (address: string, said: ByHand) => Promise<void>;
  /** Something that the place had taken never reached a contact: who has the conversation hears why. Best effort. */
  readonly undelivered?: (address: string, reason: string) => Promise<void>;
  /** Routes are mounted at the root of the server, before any body is parsed. */
  readonly router: Router;
  /** Mounts a route before the router; see {@link DirectRoute}. */
  readonly direct: (route: DirectRoute) => void;
  readonly conversations: ConversationView;
  readonly flows: FlowView;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What the team may do to conversations of any channel, by the contact's id. */
  readonly team?: TeamView;
  /** Trying flows from within the channel, with contacts who do not exist. */
  readonly bench?: BenchPort;
  /** The terminal the process runs in, when somebody sits there. */
  readonly terminal?: { readonly input: NodeJS.ReadableStream; readonly output: NodeJS.WritableStream };
  /** A request to the API of the place itself, by the server's one HTTP client. Never rejects. */
  readonly http?: (request: HttpRequest) => Promise<HttpAnswer>;
  /** The same for a file: of a 2xx answer `take` gets the bytes as they come in, and `body` stays empty. */
  readonly download?: (request: HttpRequest, take: (file: HttpFile) => Promise<void>) => Promise<HttpAnswer>;
  /** What the channel keeps over restarts, shared by all processes; rejects when the store is away. */
  readonly notes?: Notes;
  now(): number;
  id(): string;
  log(level: 'info' | 'warn' | 'error', text: string, facts?: Record<string, unknown>): void;
}

/**
 * A route that is asked so often that finding it through express would cost more than a turn and its writes. It gets the
 * request as Node has it, and answers everything itself, safe headers included.
 */
export interface DirectRoute {
  readonly method: 'GET' | 'POST';
  /** Of the path and the query, with one group for the name in it. */
  readonly path: RegExp;
  readonly handle: (request: IncomingMessage, response: ServerResponse, name: string) => void;
}

/** What a person wrote past us. `id` is the place's own, `at` in milliseconds since 1970. */
export interface ByHand {
  readonly id: string;
  readonly at: number;
  readonly text: string;
}

/** One request of a channel. Its headers may carry a token, so it goes to the place's own API only. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** Absolute http(s) URL. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds for everything. */
  readonly timeout: number;
}

/** How it ended: anything but `answered` never had a usable response. */
export type HttpAnswer = CallOutcome;

/** The response to a download, while it comes in. Header names are in small letters. */
export interface HttpFile {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
}

/** What people of the team do to the conversations they have. `id` makes what they write count once. */
export interface TeamView {
  write(contact: string, message: Outbound, id: string): Promise<void>;
  /** Gives the conversation back to its flow; rejects with `conflict` when no person has it. */
  handback(contact: string): Promise<void>;
  /** Whether a person has the conversation now, and its last lines, oldest first. */
  look(contact: string, last: number): Promise<{ readonly taken: boolean; readonly lines: readonly Line[] }>;
}

/** Short texts by name, one small table per channel: which number belongs to which conversation, for example. */
export interface Notes {
  get(name: string): Promise<string | null>;
  /** Replaces what was there. */
  set(name: string, value: string): Promise<void>;
}

/** Reading conversations, for channels that show them themselves. */
export interface ConversationView {
  load(address: string): Promise<Conversation | null>;
  transcript(address: string, after: number): Promise<readonly Line[]>;
  /** Resolves when the turn of an entry is over, calls included: true, or false after `timeoutMs`. */
  settled(address: string, entryId: string, timeoutMs: number): Promise<boolean>;
  /** Calls back whenever the transcript may have grown, by whichever process; returns the way to stop. */
  watch(address: string, grown: () => void): () => void;
}

/** A flow that a link starts. `language` is a BCP 47 tag, if the flow names one. */
export interface LinkedFlow {
  readonly id: string;
  readonly name: string;
  readonly redirectUrl?: string;
  readonly language?: string;
}

/** What a channel may know of flows. */
export interface FlowView {
  /** Flows that a link starts on this channel, or null when there is none of that id. */
  linked(flow: string): LinkedFlow | null;
  /** The flow a person most likely wants to try first. */
  firstLinked(): string | null;
}
