import type { Contact } from '../domain/contact.ts';
import type { Conversation } from '../domain/conversation.ts';
import type { Entry } from '../domain/entry.ts';
import type { Store } from '../store/store.ts';
import { everyFewSeconds, lastDue } from './cron.ts';

/** A flow that starts by the clock. `id` is the same as long as the flow says the same. */
export interface Scheduled {
  readonly id: string;
  readonly flow: string;
  readonly cron: string;
  readonly timezone: string;
  /** True for the contacts it starts for. */
  audience(contact: Contact, now: number): boolean;
}

/** What schedules need. */
export interface ScheduleParts {
  readonly store: Store;
  /** Schedules of the live flows. */
  scheduled(): readonly Scheduled[];
  accept(contact: Contact, entry: Entry): Promise<void>;
  now(): number;
  fired(schedule: Scheduled, contacts: number): void;
  failed(error: unknown): void;
}

/** Conversations looked at together. */
const PAGE = 200;

/**
 * Starts flows by the clock. The store knows up to when each schedule has been looked at, so one that fell due while
 * nobody was there fires once when somebody is. Several processes may fire the same: the entries have the same ids,
 * and each counts once.
 */
export class Schedules {
  private readonly parts: ScheduleParts;
  private stopTicking: (() => Promise<void>) | undefined;
  private looking: Promise<void> = Promise.resolve();

  constructor(parts: ScheduleParts) {
    this.parts = parts;
  }

  start(): void {
    this.stopTicking = everyFewSeconds(() => this.look());
  }

  /** Stops, after the look under way. */
  async stop(): Promise<void> {
    await this.stopTicking?.();
    await this.looking;
  }

  /** Fires what is due. */
  look(): Promise<void> {
    const looked = this.looking.then(async () => {
      for (const schedule of this.parts.scheduled()) await this.attempt(schedule);
    });
    this.looking = looked;
    return looked;
  }

  private async attempt(schedule: Scheduled): Promise<void> {
    try {
      await this.check(schedule);
    } catch (error) {
      this.parts.failed(error);
    }
  }

  private async check(schedule: Scheduled): Promise<void> {
    const { store } = this.parts;
    const now = this.parts.now();
    const since = (await store.get('schedule', schedule.id))?.body['checked'];
    // One that is new begins now: moments before it existed were never meant.
    if (typeof since !== 'number') return this.mark(schedule, now);
    if (Math.floor(since / 60_000) >= Math.floor(now / 60_000)) return;
    const due = await lastDue(schedule.cron, schedule.timezone, since, now);
    if (due !== null) this.parts.fired(schedule, await this.fire(schedule, due));
    await this.mark(schedule, now);
  }

  private async mark({ id }: Scheduled, checked: number): Promise<void> {
    await this.parts.store.put({ kind: 'schedule', id, order: id, body: { checked } });
  }

  /** One contact who cannot be started does not keep the others from it; the next look tries that one again. */
  private async fire(schedule: Scheduled, due: number): Promise<number> {
    let count = 0;
    const failed: unknown[] = [];
    for (let after: string | undefined, full = true; full;) {
      const page = await this.parts.store.list({ limit: PAGE, ...(after === undefined ? {} : { after }) });
      const meant = page.filter((conversation) => isFree(conversation) && schedule.audience(conversation.contact, due));
      const { flow, id } = schedule;
      const entry: Entry = { kind: 'start', id: `schedule-${id}-${due}`, at: this.parts.now(), flow };
      const started = await Promise.allSettled(meant.map(({ contact }) => this.parts.accept(contact, entry)));
      failed.push(...started.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : [])));
      count += meant.length;
      after = page.at(-1)?.id;
      full = page.length === PAGE;
    }
    if (failed.length > 0) throw failed[0];
    return count;
  }
}

/** A schedule does not come between a contact and the person of the team who talks with it. */
function isFree({ session }: Conversation): boolean {
  return session?.wait.for !== 'human';
}
