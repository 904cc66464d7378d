import { shownId } from '../domain/contact.ts';
import type { Contact } from '../domain/contact.ts';
import type { Entry } from '../domain/entry.ts';
import type { Accept, Store } from '../store/store.ts';
import type { Lanes } from './lanes.ts';
import { moment } from './lease.ts';

/** Entries one conversation may have waiting. */
export const INBOX_LIMIT = 500;

/** What entries of flows may take up, beyond what contacts may: a flow must not wait for room that only it can make. */
const POSTED = { inboxLimit: 10 * INBOX_LIMIT, inboxBytes: 4_000_000 };

/** How long a conversation whose inbox is full is not asked about again, in milliseconds. */
const FULL_MS = 250;

/** Conversations this process works on at once before it asks senders to wait. */
export const LANE_LIMIT = 5000;

/** What became of an entry. `full` and `closing` were not stored, so nothing may be acknowledged. */
export type Receipt = 'accepted' | 'duplicate' | 'full' | 'closing';

/** The one door into every conversation: stored first, acknowledged after. */
export class Inbox {
  private readonly store: Store;
  private readonly lanes: Lanes;
  private readonly owner: string;
  private readonly here: (channel: string) => boolean;
  private closing = false;
  private readonly storing = new Set<Promise<unknown>>();
  /** Conversations whose inbox was full a moment ago: who floods one is answered without asking the store. */
  private readonly full = new Set<string>();

  /** `here` tells which channels this process has: what comes in for another one is stored, and moved elsewhere. */
  constructor(store: Store, lanes: Lanes, owner: string, here: (channel: string) => boolean = () => true) {
    this.store = store;
    this.lanes = lanes;
    this.owner = owner;
    this.here = here;
  }

  /** Stores an entry and sets its conversation going. Rejects when the store cannot be reached. */
  async accept(contact: Contact, entry: Entry): Promise<Receipt> {
    if (this.closing) return 'closing';
    if (this.lanes.size >= LANE_LIMIT || this.full.has(contact.id)) return 'full';
    const storing = this.write(contact, entry);
    this.storing.add(storing);
    try {
      const receipt = await storing;
      if (receipt === 'full') this.pause(contact.id);
      return receipt;
    } finally {
      this.storing.delete(storing);
    }
  }

  /** Puts an entry that a conversation owes to another one into its inbox, also while closing. Rejects when it is full. */
  async post(contact: Contact, entry: Entry): Promise<void> {
    const receipt = await this.write(contact, entry, POSTED);
    if (receipt === 'full') throw new Error(`the inbox of ${shownId(contact.id)} is full`);
  }

  /** From now on nothing is accepted. Resolves when what was being stored has its lane. */
  async close(): Promise<void> {
    this.closing = true;
    await Promise.allSettled(this.storing);
  }

  private pause(conversation: string): void {
    this.full.add(conversation);
    setTimeout(() => this.full.delete(conversation), FULL_MS).unref();
  }

  private async write(
    contact: Contact,
    entry: Entry,
    room: Pick<Accept, 'inboxLimit' | 'inboxBytes'> = { inboxLimit: INBOX_LIMIT },
  ): Promise<Receipt> {
    const { owner } = this;
    const asked = moment();
    const accepted = await this.store.accept({
      conversation: contact.id,
      contact,
      entry,
      owner,
      leaseMs: this.lanes.leaseMs,
      ...(this.here(contact.channel) ? {} : { leave: true }),
      ...room,
    });
    if (accepted.kind === 'held') this.lanes.run(accepted.held, asked);
    if (accepted.kind === 'duplicate' || accepted.kind === 'full') return accepted.kind;
    return 'accepted';
  }
}
