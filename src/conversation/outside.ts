import { createHash } from 'node:crypto';
import { contactOf } from '../domain/contact.ts';
import type { Contact } from '../domain/contact.ts';
import type { Conversation } from '../domain/conversation.ts';
import type { Entry } from '../domain/entry.ts';
import { ParleyError } from '../domain/error.ts';
import type { Flow } from '../domain/flow.ts';
import { own } from '../domain/json.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Outbound } from '../domain/message.ts';
import type { Proof } from '../domain/person.ts';
import type { Session } from '../domain/session.ts';
import type { Store } from '../store/store.ts';
import { Linking } from './linking.ts';
import { knownConversation } from './known.ts';
import type { FlowSource } from './runner.ts';

/** What became of an entry at the door. */
type Receipt = 'accepted' | 'duplicate' | 'full' | 'closing';

/** What reaching conversations from outside needs. */
export interface OutsideParts {
  readonly store: Pick<Store, 'load' | 'list' | 'get' | 'put' | 'page' | 'remove'>;
  readonly flows: FlowSource;
  accept(contact: Contact, entry: Entry): Promise<Receipt>;
  now(): number;
  id(): string;
}

/** An entry before it has its time and id. */
type Draft<E extends Entry = Entry> = E extends Entry ? Omit<E, 'id' | 'at'> : never;

/** Conversations looked at together. */
const PAGE = 200;

/**
 * What external systems and people of the team may do to a conversation. Everything becomes an entry and goes
 * through the inbox; `key` (an `Idempotency-Key`) makes a repeated request count once.
 */
export class Outside {
  private readonly parts: OutsideParts;
  private readonly linking: Linking;

  constructor(parts: OutsideParts) {
    this.parts = parts;
    const { store } = parts;
    const enter = (contact: Contact, entry: Entry): Promise<void> => this.put(contact, entry);
    this.linking = new Linking({ store, enter, now: () => parts.now() });
  }

  /**
   * Sets variables and goes on, in one step (Landbot, without its race). A token counts once: `conflict` when it is
   * used or expired, `not_found` when nobody made it. The same key gives the same answer.
   */
  async resume(token: string, variables: JsonObject, key?: string): Promise<void> {
    const { store } = this.parts;
    const hash = digest(token);
    const { contact, session, number } = (await store.get('resume', hash))?.body ?? {};
    const known = typeof contact === 'string' ? contactOf(contact) : null;
    if (known === null || typeof session !== 'string' || typeof number !== 'number')
      throw new ParleyError('not_found', 'nobody made this token, or it has long expired');
    const mine = key === undefined ? null : `${hash}/${digest(key)}`;
    const repeated = mine !== null && (await store.get('resumed', mine)) !== null;
    const open = isOpen(await store.load(known.id), session, number, this.parts.now());
    if (repeated && !open) return;
    if (!open) throw usedUp();
    const at = this.parts.now();
    if (mine !== null && !repeated)
      await store.put({ kind: 'resumed', id: mine, order: mine, body: {}, expiresAt: at + REMEMBERED });
    const receipt = await this.parts.accept(known, {
      kind: 'resume',
      id: `resume-${hash}`,
      at,
      session,
      number,
      variables,
    });
    // The first request may have been cut off between its note and its entry: then the repeated one brings the entry.
    if (receipt === 'accepted' || (repeated && receipt === 'duplicate')) return;
    if (mine !== null && !repeated) await store.remove('resumed', mine);
    throw receipt === 'duplicate' ? usedUp() : busy();
  }

  /** Raises an event for one contact, or for everybody whose flow waits for it; answers for how many. */
  async raise(event: string, data: Json, to: { contact?: string; key?: string | undefined }): Promise<number> {
    if (to.contact !== undefined) {
      await this.enter(await this.named(to.contact), { kind: 'event', event, data }, to.key);
      return 1;
    }
    let count = 0;
    for await (const { contact, session } of this.everybody()) {
      if (session?.wait.events?.includes(event) !== true) continue;
      await this.enter(contact, { kind: 'event', event, data }, to.key);
      count += 1;
    }
    return count;
  }

  /** Starts a flow for a contact who need not have written before. */
  async start(
    contact: string,
    wanted: { flow: string; block?: string | undefined; variables?: JsonObject | undefined; key?: string | undefined },
  ): Promise<void> {
    const { flow: id, block, variables, key } = wanted;
    blockOf(this.flow(id), block);
    const at = block === undefined ? {} : { block };
    const given = variables === undefined ? {} : { variables };
    await this.enter(await this.named(contact), { kind: 'start', flow: id, ...at, ...given }, key);
  }

  /** A person of the team writes to a contact. */
  async write(contact: string, message: Outbound, key?: string): Promise<void> {
    await this.enter(await this.named(contact), { kind: 'agent', message }, key);
  }

  /** A person of the team gives a conversation back to its flow. */
  async handback(contact: string): Promise<void> {
    const { contact: known, session } = await this.known(contact);
    if (session?.wait.for !== 'human') throw new ParleyError('conflict', 'no person has this conversation');
    await this.enter(known, { kind: 'handback' });
  }

  /** Ends the running flow of a contact. */
  async reset(contact: string): Promise<void> {
    const { contact: known, session } = await this.known(contact);
    if (session !== null) await this.enter(known, { kind: 'reset' });
  }

  /** Changes fields of a contact. */
  async setFields(contact: string, fields: JsonObject, key?: string): Promise<void> {
    const { contact: known } = await this.known(contact);
    await this.enter(known, { kind: 'set', fields }, key);
  }

  /** Links a contact with whoever else has the same phone or e-mail: proved in a flow, or by an operator's word. */
  async link(contact: string, proof: Proof, key?: string): Promise<void> {
    await this.linking.link(contact, proof, `${contact} ${key ?? this.parts.id()}`);
  }

  /** Ends every link of a contact. */
  async unlink(contact: string): Promise<void> {
    await this.linking.unlink(contact, this.parts.id());
  }

  /** Landbot's "set": changes a variable that exists, in the running flow or of the contact; it makes none. */
  async setExisting(contact: string, name: string, value: Json): Promise<void> {
    const { contact: known, session } = await this.known(contact);
    const flow = session === null ? null : await this.running(session);
    const inFlow =
      session !== null && (own(session.variables, name) !== undefined || flow?.declared.has(name) === true);
    if (!inFlow && own(known.fields, name) === undefined)
      throw new ParleyError(
        'not_found',
        `"${name}" is no variable of this contact`,
        'Set it in the flow first, for example with set_variable.',
      );
    await this.enter(known, {
      kind: 'set',
      ...(inFlow ? { variables: { [name]: value } } : { fields: { [name]: value } }),
    });
  }

  /** Landbot's "go": the flow continues at a block, with the variables it has. */
  async goTo(contact: string, flowId: string, node: string | undefined): Promise<void> {
    const { contact: known, session } = await this.known(contact);
    const live = this.flow(flowId);
    const running = session?.flow === flowId ? await this.running(session) : null;
    blockOf(running !== null && node !== undefined && running.blocks.has(node) ? running : live, node);
    const at = node === undefined ? {} : { block: node };
    await this.enter(known, { kind: 'start', flow: flowId, keep: true, ...at });
  }

  private known(contact: string): Promise<Conversation> {
    return knownConversation(this.parts.store, contact);
  }

  /** A contact who need not be known, but on the web: a page that nobody has opened cannot be reached. */
  private async named(id: string): Promise<Contact> {
    return id.startsWith('web:') ? (await this.known(id)).contact : contactNamed(id);
  }

  private flow(id: string): Flow {
    const flow = this.parts.flows.current(id);
    if (flow === undefined) throw new ParleyError('not_found', `there is no flow "${id}"`);
    return flow;
  }

  private async running(session: Session): Promise<Flow | null> {
    return (await this.parts.flows.version(session.version)) ?? this.parts.flows.current(session.flow) ?? null;
  }

  private async enter(contact: Contact, draft: Draft, key?: string): Promise<void> {
    const { parts } = this;
    const id = key === undefined ? parts.id() : `api-${digest(`${draft.kind}:${key}`)}`;
    await this.put(contact, { ...draft, id, at: parts.now() });
  }

  private async put(contact: Contact, entry: Entry): Promise<void> {
    const receipt = await this.parts.accept(contact, entry);
    if (receipt === 'full' || receipt === 'closing') throw busy();
  }

  private async *everybody(): AsyncGenerator<Conversation> {
    for (let after: string | undefined, full = true; full;) {
      const page = await this.parts.store.list({ limit: PAGE, ...(after === undefined ? {} : { after }) });
      yield* page;
      after = page.at(-1)?.id;
      full = page.length === PAGE;
    }
  }
}

/** How long a repeated resume is known (ms). */
const REMEMBERED = 8 * 86_400_000;

function isOpen(conversation: Conversation | null, id: string, number: number, now: number): boolean {
  const session = conversation?.session ?? null;
  if (session?.id !== id || number !== (session.resumes ?? 0) + 1) return false;
  const { resume, until = Infinity, resumeUntil = Infinity } = session.wait;
  // A wait whose time is up goes on by its timeout, which comes first even if nobody has looked at it yet.
  return resumeUntil > now && (resume !== true || until > now);
}

function contactNamed(id: string): Contact {
  const contact = contactOf(id);
  if (contact === null)
    throw new ParleyError(
      'bad_request',
      `"${id}" is no contact`,
      'Write a channel and an address, such as whatsapp-cloud:573001112233.',
    );
  return contact;
}

function blockOf(flow: Flow, block: string | undefined): void {
  if (block !== undefined && !flow.blocks.has(block))
    throw new ParleyError('not_found', `the flow "${flow.id}" has no block "${block}"`);
}

const usedUp = (): ParleyError =>
  new ParleyError('conflict', 'this token is used or has expired', 'Each token moves a conversation on once.');
const busy = (): ParleyError => new ParleyError('busy', 'too much is waiting for this conversation');

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
