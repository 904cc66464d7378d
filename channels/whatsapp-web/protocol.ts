// What the server and the process of the browser say to each other. Both ends check it: neither trusts the other's version.
import { z } from 'zod';
import { webMessage } from './message.ts';

const text = z.string();
const chat = text.min(1);

/** What the child is told first, and once. */
const setup = z.object({
  /** Names the login, and is part of a folder's name. */
  session: text.regex(/^[\w-]{1,64}$/),
  folder: text.min(1),
  chromium: text.min(1),
  browserArgs: z.array(text),
  version: text.optional(),
});

/** One message of WhatsApp that is to go out. A file is on disk already. */
const post = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), text: text.min(1) }),
  z.object({
    kind: z.literal('file'),
    path: text.min(1),
    mime: text,
    filename: text,
    caption: text.optional(),
    /** Sent as a document even if WhatsApp could show it. */
    document: z.boolean(),
  }),
  z.object({
    kind: z.literal('place'),
    latitude: z.number(),
    longitude: z.number(),
    name: text.optional(),
    address: text.optional(),
  }),
]);

/** Something the server wants to know or to have done. */
const ask = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('state') }),
  /** `known`: the chat exists; otherwise WhatsApp is asked first if there is such a number. */
  z.object({ kind: z.literal('send'), chat, known: z.boolean(), post }),
  z.object({ kind: z.literal('typing'), chat, on: z.boolean() }),
  /** Messages of others since then (seconds), of so many chats, so many of each. */
  z.object({ kind: z.literal('recent'), since: z.number(), chats: z.number(), each: z.number() }),
  /** Our own messages since then that say the same. */
  z.object({ kind: z.literal('own'), chat, since: z.number(), post }),
  z.object({ kind: z.literal('whois'), chat }),
  /** Writes the file of a message to a path. */
  z.object({ kind: z.literal('fetch'), id: text.min(1), path: text.min(1), most: z.number() }),
]);

/** From the server to the child. */
export const command = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('open'), setup }),
  z.object({ kind: z.literal('ask'), id: z.number(), ask }),
  z.object({ kind: z.literal('close') }),
]);

/** What a question can come to that was not answered. */
const fault = z.object({ code: z.enum(['unregistered', 'no_file', 'too_large', 'failed']), reason: text });

/** From the child to the server. */
export const report = z.discriminatedUnion('kind', [
  /** The browser runs; by its process id it can be ended if the child cannot do it any more. */
  z.object({ kind: z.literal('browser'), pid: z.number().int().positive() }),
  z.object({ kind: z.literal('qr'), code: text.min(1) }),
  z.object({ kind: z.literal('loading') }),
  z.object({ kind: z.literal('authenticated') }),
  z.object({ kind: z.literal('ready'), me: text, name: text, version: text }),
  z.object({ kind: z.literal('message'), message: webMessage }),
  z.object({ kind: z.literal('answer'), id: z.number(), value: z.unknown() }),
  z.object({ kind: z.literal('fault'), id: z.number(), fault }),
  /** It is over; the child ends by itself. `reason` is WhatsApp's word, or what was thrown. */
  z.object({ kind: z.literal('gone'), reason: text }),
  z.object({ kind: z.literal('remark'), text }),
]);

/** What each kind of question is answered with. */
export const ANSWERS = {
  state: z.object({ state: text.catch('unknown'), memory: z.number() }),
  sent: z.object({ id: text, chat: text }),
  recent: z.object({ messages: z.array(webMessage), unread: z.number() }),
  own: z.object({ ids: z.array(text) }),
  whois: z.object({ phone: text.nullable(), lid: text.nullable() }),
  fetched: z.object({ mime: text, filename: text.nullable(), size: z.number() }),
  done: z.object({}),
} as const;

export type Setup = z.infer<typeof setup>;
export type Post = z.infer<typeof post>;
export type Ask = z.infer<typeof ask>;
export type Command = z.infer<typeof command>;
export type Fault = z.infer<typeof fault>;
export type Report = z.infer<typeof report>;

/** A question that WhatsApp or its browser did not answer as hoped. */
export class WebFault extends Error {
  /** `away`: there is nobody to ask now. `late`: no answer in time, so it may have been done all the same. */
  readonly code: Fault['code'] | 'away' | 'late';

  constructor(code: WebFault['code'], reason: string) {
    super(reason);
    this.name = 'WebFault';
    this.code = code;
  }
}
