import type { Conversation } from '../../domain/conversation.ts';
import { conversationOf } from './record.ts';
import type { Read } from './record.ts';

/** Conversations that are remembered; the one that was quiet longest goes first. */
const MOST = 2048;
const LARGEST = 8192;

/** A conversation as this process saw it last. */
export interface Known {
  readonly conversation: Conversation;
  /** Whose lease it is; null when nobody holds it. */
  readonly token: string | null;
  readonly wakeAt: number | null;
  /** What tells when something has to leave the record. */
  readonly size: Pick<Read, 'ids' | 'evicted' | 'recentBytes' | 'spilled'>;
}

/** The conversations that this process saw last. */
export class Latest {
  readonly #known = new Map<string, Known>();

  /** What is known of a conversation while somebody, or nobody, has its lease. */
  under(id: string, token: string | null): Known | null {
    const known = this.#known.get(id);
    return known?.token === token ? known : null;
  }

  /** `characters` of contact and session: what is large is not kept, so that 2,048 of the largest do not fill the memory. */
  note(known: Known, characters = 0): Known {
    const { id } = known.conversation;
    this.#known.delete(id);
    if (characters > LARGEST) return known;
    this.#known.set(id, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST && oldest !== undefined) this.#known.delete(oldest);
    return known;
  }

  /** Notes what was read. */
  read(stored: Read): Known {
    const { token, wakeAt, ids, evicted, recentBytes, spilled } = stored;
    const size = { ids, evicted, recentBytes, spilled };
    const characters = stored.contact.length + (stored.session?.length ?? 0);
    return this.note({ conversation: conversationOf(stored), token, wakeAt, size }, characters);
  }

  forget(id: string): void {
    this.#known.delete(id);
  }
}
