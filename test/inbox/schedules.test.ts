import { expect } from 'chai';
import { newContact } from '../../src/domain/contact.ts';
import type { Contact } from '../../src/domain/contact.ts';
import type { Entry } from '../../src/domain/entry.ts';
import { lastDue } from '../../src/inbox/cron.ts';
import { Schedules } from '../../src/inbox/schedules.ts';
import type { Scheduled } from '../../src/inbox/schedules.ts';
import { openStore } from '../../src/store/index.ts';
import type { Store } from '../../src/store/store.ts';

const at = (iso: string): number => Date.parse(iso);

describe('schedules: the latest moment that was due', () => {
  const rows: readonly [string, string, string, string, string | null][] = [
    // cron, zone, looked at until, now, due
    ['0 9 * * 1-5', 'UTC', '2026-01-05T08:59:30Z', '2026-01-05T09:00:02Z', '2026-01-05T09:00:00Z'],
    ['0 9 * * 1-5', 'UTC', '2026-01-05T09:00:02Z', '2026-01-05T09:00:59Z', null],
    ['0 9 * * 1-5', 'America/Bogota', '2026-01-05T13:59:00Z', '2026-01-05T14:00:00Z', '2026-01-05T14:00:00Z'],
    ['0 9 * * 1-5', 'UTC', '2026-01-09T09:00:00Z', '2026-01-11T23:00:00Z', null],
    ['*/15 * * * *', 'UTC', '2026-01-05T00:00:00Z', '2026-01-05T03:20:00Z', '2026-01-05T03:15:00Z'],
    ['30 2 29 3 *', 'Europe/Berlin', '2026-03-28T12:00:00Z', '2026-03-29T12:00:00Z', null],
    ['30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', '2026-10-25T00:31:00Z', '2026-10-25T00:30:00Z'],
    ['30 2 * * *', 'Europe/Berlin', '2026-10-25T00:31:00Z', '2026-10-25T01:31:00Z', null],
    ['*/30 * * * *', 'Europe/Berlin', '2026-10-25T00:31:00Z', '2026-10-25T01:31:00Z', '2026-10-25T01:30:00Z'],
  ];
  for (const [cron, zone, since, now, due] of rows) {
    it(`${cron} in ${zone} from ${since} to ${now}: ${due ?? 'none'}`, async () => {
      const found = await lastDue(cron, zone, at(since), at(now));
      expect(found === null ? null : new Date(found).toISOString()).to.equal(due?.replace('Z', '.000Z') ?? null);
    });
  }
});

interface Bench {
  readonly store: Store;
  readonly started: string[];
  readonly errors: unknown[];
  now: number;
  /** The contact whose inbox is full. */
  full: string;
  schedules(): Schedules;
}

async function bench(contacts: readonly Contact[], only: Partial<Scheduled> = {}): Promise<Bench> {
  const store = await openStore({ dataDir: ':memory:' });
  for (const contact of contacts) await meet(store, contact);
  const daily: Scheduled = {
    id: 'daily/0 9 * * */UTC',
    flow: 'daily',
    cron: '0 9 * * *',
    timezone: 'UTC',
    audience: () => true,
    ...only,
  };
  const seen = new Set<string>();
  const made: Bench = {
    store,
    started: [],
    errors: [],
    now: at('2026-01-05T08:59:00Z'),
    full: '',
    schedules: () =>
      new Schedules({
        store,
        scheduled: () => [daily],
        accept: async (contact: Contact, entry: Entry) => {
          if (contact.id === made.full) throw new Error(`${contact.id} is full`);
          const key = `${contact.id} ${entry.id}`;
          if (!seen.has(key)) made.started.push(contact.id);
          seen.add(key);
        },
        now: () => made.now,
        fired: () => undefined,
        failed: (error) => made.errors.push(error),
      }),
  };
  return made;
}

async function meet(store: Store, contact: Contact): Promise<void> {
  const entry: Entry = { kind: 'message', id: 'm', at: 1, message: { text: 'hi' } };
  const accepted = await store.accept({
    conversation: contact.id,
    contact,
    entry,
    owner: 'o',
    leaseMs: 10_000,
    inboxLimit: 10,
  });
  if (accepted.kind !== 'held') throw new Error(accepted.kind);
  const { token, conversation } = accepted.held;
  const change = { id: contact.id, token, revision: conversation.revision, contact, session: null, wakeAt: null };
  await store.commit({ ...change, consumed: ['m'], done: [], owe: [], lines: [] });
  await store.settle({ id: contact.id, token, done: [] });
}

const ann = newContact('web', 'ann');
const bob = { ...newContact('web', 'bob'), fields: { plan: 'gold' } };

describe('schedules: firing', () => {
  it('a new schedule begins now, fires at its time, and once', async () => {
    const on = await bench([ann, bob]);
    const schedules = on.schedules();
    await schedules.look();
    expect(on.started).to.deep.equal([]);
    on.now = at('2026-01-05T09:00:03Z');
    await schedules.look();
    await schedules.look();
    on.now = at('2026-01-05T09:01:03Z');
    await schedules.look();
    expect(on.started).to.deep.equal(['web:ann', 'web:bob']);
    on.now = at('2026-01-06T09:00:03Z');
    await schedules.look();
    expect(on.started).to.have.length(4);
    expect(on.errors).to.deep.equal([]);
  });

  it('what fell due while nobody was there fires once, however often', async () => {
    const on = await bench([ann]);
    await on.schedules().look();
    on.now = at('2026-01-08T12:00:00Z');
    await on.schedules().look();
    await on.schedules().look();
    expect(on.started).to.deep.equal(['web:ann']);
  });

  it('two processes start each contact once', async () => {
    const on = await bench([ann, bob]);
    await on.schedules().look();
    on.now = at('2026-01-05T09:00:03Z');
    await Promise.all([on.schedules().look(), on.schedules().look()]);
    expect(on.started).to.have.members(['web:ann', 'web:bob']);
    expect(on.started).to.have.length(2);
  });

  it('a clock that goes back fires nothing again', async () => {
    const on = await bench([ann]);
    await on.schedules().look();
    on.now = at('2026-01-05T09:00:03Z');
    await on.schedules().look();
    on.now = at('2026-01-05T08:30:00Z');
    await on.schedules().look();
    on.now = at('2026-01-05T09:00:30Z');
    await on.schedules().look();
    expect(on.started).to.deep.equal(['web:ann']);
  });

  it('only its audience hears of it', async () => {
    const on = await bench([ann, bob], { audience: ({ fields }) => fields['plan'] === 'gold' });
    await on.schedules().look();
    on.now = at('2026-01-05T09:00:03Z');
    await on.schedules().look();
    expect(on.started).to.deep.equal(['web:bob']);
  });

  it('one who cannot be started now keeps nobody else from it, and is tried again', async () => {
    const on = await bench(Array.from({ length: 250 }, (_, i) => newContact('web', `c${i}`)));
    await on.schedules().look();
    on.now = at('2026-01-05T09:00:03Z');
    on.full = 'web:c0';
    await on.schedules().look();
    expect(on.errors.map(String)).to.deep.equal(['Error: web:c0 is full']);
    expect(on.started).to.have.length(249);
    on.full = '';
    await on.schedules().look();
    expect(on.started.slice(249)).to.deep.equal(['web:c0']);
  });

  it('contacts beyond one page are reached, too', async () => {
    const on = await bench(Array.from({ length: 450 }, (_, i) => newContact('web', `c${i}`)));
    await on.schedules().look();
    on.now = at('2026-01-05T09:00:03Z');
    await on.schedules().look();
    expect(new Set(on.started).size).to.equal(450);
  });
});
