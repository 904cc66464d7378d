import { expect } from 'chai';
import fc from 'fast-check';
import { validate } from 'node-cron';
import { route } from '../../src/conversation/routing.ts';
import { newContact } from '../../src/domain/contact.ts';
import type { Contact } from '../../src/domain/contact.ts';
import type { Conversation } from '../../src/domain/conversation.ts';
import type { Flow, Trigger } from '../../src/domain/flow.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { Session, Wait } from '../../src/domain/session.ts';
import { compileFlow } from '../../src/flow/compile.ts';
import { cronProblem } from '../../src/flow/cron.ts';
import { flowJsonSchema } from '../../src/flow/editor/flow.ts';
import { checkProject } from '../../src/flow/project.ts';
import { isValid } from '../support/json-schema.ts';

const NOW = Date.UTC(2026, 0, 5, 9);

function flowWith(triggers: readonly JsonObject[], id = 'a', facts: JsonObject = {}): Flow {
  const file = { flow: id, ...facts, triggers, blocks: [{ id: 'x', type: 'end' }] };
  const { flow, diagnostics } = compileFlow(JSON.stringify(file), `${id}.yaml`);
  if (flow === null) throw new Error(JSON.stringify(diagnostics));
  return flow;
}

function scheduleOf(schedule: JsonObject): Extract<Trigger, { kind: 'schedule' }> {
  const [trigger] = flowWith([{ schedule }]).triggers;
  if (trigger?.kind !== 'schedule') throw new Error('no schedule');
  return trigger;
}

describe('triggers: schedules', () => {
  const good = [
    '* * * * *',
    '*/5 * * * *',
    '0 9 * * 1-5',
    '0 9 1,15 jan-mar mon,WED',
    '10-50/20 0-23/2 * * 7',
    '0 0 29 2 *',
    '09 09 * * *',
    ' 0  9 * * * ',
  ];
  const bad = [
    '',
    '* * * *',
    '* * * * * *',
    '@daily',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '* * * 13 *',
    '* * * * 8',
    '5/10 * * * *',
    '*/0 * * * *',
    '9-5 * * * *',
    '1, * * * *',
    '0 9 ? * *',
    '0 9 L * *',
    '0 0 31 2,4 *',
    '0 0 30 2 1',
    '1-2-3 * * * *',
    '-1 * * * *',
    '1.5 * * * *',
  ];
  for (const cron of good) it(`"${cron}" is right`, () => expect(cronProblem(cron)).to.equal(null));
  for (const cron of bad) it(`"${cron}" is not`, () => expect(cronProblem(cron)).to.match(/\w{3}/));

  it('whatever passes is understood by the clock that fires it', () => {
    const piece = fc.constantFrom(
      '*',
      '0',
      '5',
      '1-3',
      '*/2',
      '1,7',
      '2-6/2',
      'mon',
      'jan',
      '31',
      '59',
      '23',
      '12',
      '0-7',
      'x',
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 5, maxLength: 5 }), (fields) => {
        const cron = fields.join(' ');
        return cronProblem(cron) !== null || validate(cron);
      }),
      { numRuns: 3000 },
    );
  });

  it('the time zone is UTC unless another is named', () => {
    expect(scheduleOf({ cron: '0 9 * * *' })).to.include({ cron: '0 9 * * *', timezone: 'UTC' });
    expect(scheduleOf({ cron: '0 9 * * *', timezone: 'America/Bogota' }).timezone).to.equal('America/Bogota');
  });
});

describe('triggers: audiences', () => {
  const ana: Contact = {
    ...newContact('whatsapp', '573001112233', { name: 'Ana', language: 'es-CO' }),
    fields: { plan: 'Gold', age: 34, home: { city: 'Bogotá' }, since: '2025-12-01' },
  };
  const rows: readonly (readonly [JsonObject, boolean])[] = [
    [{ field: 'plan', equals: 'gold' }, true],
    [{ field: 'plan', equals: 'silver' }, false],
    [{ field: 'contact.plan', in: ['gold', 'silver'] }, true],
    [{ field: 'age', number_gte: 18 }, true],
    [{ field: 'home.city', equals: 'Bogotá' }, true],
    [{ field: 'nothing', is_set: true }, false],
    [{ field: 'nothing', is_empty: true }, true],
    [{ field: 'contact.language', starts_with: 'es' }, true],
    [{ field: 'name', equals: 'Ana' }, true],
    [{ field: 'channel', equals: 'web' }, false],
    [{ channel_is: 'whatsapp' }, true],
    [{ language_is: 'es' }, true],
    [{ value: '@contact.plan', equals: 'gold' }, true],
    [{ if: "contact.age > 30 && contact.plan == 'Gold'" }, true],
    [{ if: 'contact.missing > 30' }, false],
    [{ field: 'since', date_lt: '@today' }, true],
    [
      {
        all: [
          { value: '@contact.plan', equals: 'gold' },
          { value: '@contact.age', number_lt: 30 },
        ],
      },
      false,
    ],
    [{ not: { value: '@contact.plan', equals: 'silver' } }, true],
  ];
  for (const [audience, wanted] of rows)
    it(JSON.stringify(audience), () => {
      expect(scheduleOf({ cron: '* * * * *', audience }).audience(ana, NOW)).to.equal(wanted);
    });

  it('without one it is everybody', () => {
    expect(scheduleOf({ cron: '* * * * *' }).audience(ana, NOW)).to.equal(true);
  });

  it('editors know the keys, and refuse what is none', () => {
    const file = (audience: JsonObject): JsonObject => ({
      flow: 'a',
      triggers: [{ schedule: { cron: '0 9 * * *', audience } }],
      blocks: [{ id: 'x', type: 'end' }],
    });
    const schema = flowJsonSchema();
    for (const [audience] of rows) expect(isValid(schema, file(audience)), JSON.stringify(audience)).to.equal(true);
    for (const audience of [{ field: 'plan' }, { field: 'plan', equalz: 1 }, { field: 'plan', equals: 1, next: 'x' }])
      expect(isValid(schema, file(audience)), JSON.stringify(audience)).to.equal(false);
  });
});

describe('triggers: which flow an event starts', () => {
  const flows = [
    flowWith([{ event: 'tick' }], 'a', { channels: ['whatsapp'] }),
    flowWith([{ event: 'tick' }, { event: 'tock' }], 'b'),
  ];
  const live = { current: () => undefined, all: () => flows };

  function started(event: string, channel: string, wait?: Wait): string | undefined {
    const contact = newContact(channel, 'x');
    const session: Session | null =
      wait === undefined
        ? null
        : {
            id: 's',
            flow: 'z',
            version: 'v',
            block: 'x',
            wait,
            variables: {},
            message: null,
            visits: 1,
            startedAt: NOW,
            expiresAt: NOW,
          };
    const conversation: Conversation = { id: contact.id, contact, session, inbox: [], owed: [], revision: 1, lines: 1 };
    return route(conversation, { kind: 'event', id: 'e', at: NOW, event, data: null }, live)?.flow.id;
  }

  it('the first by id that speaks the channel', () => {
    expect(started('tick', 'whatsapp-cloud')).to.equal('a');
    expect(started('tick', 'web')).to.equal('b');
    expect(started('tock', 'whatsapp-cloud')).to.equal('b');
    expect(started('other', 'web')).to.equal(undefined);
  });

  it('in the place of a running session, unless that waits for it or a person has it', () => {
    expect(started('tick', 'web', { for: 'reply' })).to.equal('b');
    expect(started('tick', 'web', { for: 'outside', events: ['tock'] })).to.equal('b');
    expect(started('tick', 'web', { for: 'outside', events: ['tock', 'tick'] })).to.equal(undefined);
    expect(started('tick', 'web', { for: 'human' })).to.equal(undefined);
  });
});

describe('triggers: events that go round', () => {
  const file = (id: string, event: string, ...blocks: readonly JsonObject[]): { file: string; text: string } => ({
    file: `${id}.yaml`,
    text: JSON.stringify({ flow: id, triggers: [{ event }], blocks }),
  });
  const codes = (...files: readonly { file: string; text: string }[]): string[] =>
    checkProject(files).diagnostics.map((found) => `${found.file} ${found.code}`);
  const emit = (event: string): JsonObject => ({ id: 'e', type: 'emit', event });

  it('a flow that starts itself, and two that start each other', () => {
    expect(codes(file('a', 'x', emit('x')))).to.deep.equal(['a.yaml event-loop']);
    expect(codes(file('a', 'x', emit('y')), file('b', 'y', emit('x')))).to.deep.equal([
      'a.yaml event-loop',
      'b.yaml event-loop',
    ]);
  });

  it('not when somebody is waited for, or when the event goes elsewhere', () => {
    expect(codes(file('a', 'x', { id: 'q', type: 'question', text: '?' }, emit('x')))).to.deep.equal([]);
    expect(codes(file('a', 'x', emit('y')), file('b', 'y', emit('z')))).to.deep.equal([]);
  });
});
