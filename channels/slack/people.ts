import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from './bolt.ts';
import { codeOf } from './errors.ts';
import { remember } from '../../src/channel/recent.ts';

/** What Slack knows of a person. */
export interface Known {
  readonly name?: string;
  /** BCP 47, by the person's own setting. */
  readonly language?: string;
}

/** People that are remembered. */
const KEPT = 5000;

/** Slack wants its answer within 3 s, so a name is worth this much waiting (ms). */
const PATIENCE = 1000;

/** Names and languages of people, best effort: without them everything works all the same. */
export class People {
  private readonly client: Client;
  private readonly known = new Map<string, Promise<Known>>();
  /** Called once, when the app may not ask for people. */
  private readonly barred: () => void;
  private mayAsk = true;

  constructor(client: Client, barred: () => void) {
    this.client = client;
    this.barred = barred;
  }

  /** What is known within a second. Never rejects. */
  async of(user: string): Promise<Known> {
    const known = this.known.get(user) ?? this.ask(user);
    const late = new AbortController();
    try {
      return await Promise.race([known, pause(PATIENCE, {}, { signal: late.signal, ref: false })]);
    } finally {
      late.abort();
    }
  }

  private ask(user: string): Promise<Known> {
    const asked = this.mayAsk ? this.look(user) : Promise.resolve({});
    remember(this.known, KEPT, user, asked);
    return asked;
  }

  private async look(user: string): Promise<Known> {
    try {
      const { user: found } = await this.client.users.info({ user, include_locale: true });
      const name = found?.profile?.display_name || found?.profile?.real_name || found?.real_name || found?.name;
      return { ...(name ? { name } : {}), ...(found?.locale ? { language: found.locale } : {}) };
    } catch (error) {
      this.known.delete(user);
      if (codeOf(error) === 'missing_scope' && this.mayAsk) {
        this.mayAsk = false;
        this.barred();
      }
      return {};
    }
  }
}
