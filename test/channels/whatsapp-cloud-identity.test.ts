import { expect } from 'chai';
import { ANA, Line, change, contact, message, textOf, webhook, closeLines } from './whatsapp-cloud-kit.ts';

const USER = 'CO.13491208655302741918';
const PARENT = 'CO.ENT.11815799212886844830';
const NEW = '573004445566';

describe('whatsapp cloud: who it is', function () {
  this.timeout(60_000);
  let line: Line;
  beforeEach(async () => {
    line = await Line.open();
  });
  afterEach(closeLines);

  const post = async (messages: readonly object[], contacts: readonly object[] = []): Promise<number> =>
    (await line.post(webhook(change({ contacts, messages })))).status;
  const where = (): string[] => line.stored.map(({ address }) => address);
  const hi = (fields: object, id: string): object => ({
    id,
    timestamp: '1',
    type: 'text',
    text: { body: 'hi' },
    ...fields,
  });
  const sentTo = async (address: string): Promise<unknown> => {
    line.heard(address);
    await line.send({ text: 'x' }, `1-${line.meta.got.length}`, address);
    const { to, recipient } = Object(line.meta.sent().at(-1));
    return to ?? recipient;
  };
  const moved = (from: string, to: string, id: string): object =>
    message({ type: 'system', system: { body: 'x', wa_id: to, type: 'user_changed_number' } }, id, from);

  const table: [name: string, fields: object, contacts: object[], address: string | null][] = [
    ['a number', { from: ANA }, [contact()], ANA],
    ['a number with a plus', { from: `+${ANA}` }, [], ANA],
    ['a number as a number', { from: 573001112233 }, [], ANA],
    ['no contacts', { from: ANA }, [], ANA],
    ['another WhatsApp id than the number', { from: ANA }, [contact('5730011122')], ANA],
    ['only the WhatsApp id', {}, [contact()], ANA],
    ['only a user id', { from_user_id: USER }, [{ profile: { name: 'Ana' }, user_id: USER }], USER],
    ['a user id as from', { from: USER }, [], USER],
    ['a user id of the contact only', {}, [{ user_id: USER }], USER],
    ['number and user id', { from: ANA, from_user_id: USER }, [{ ...contact(), user_id: USER }], ANA],
    ['a malformed user id', { from_user_id: 'co.1' }, [], null],
    ['nobody', {}, [], null],
    ['null', { from: null, from_user_id: null }, [null as unknown as object], null],
  ];
  for (const [name, fields, contacts, address] of table) {
    it(name, async () => {
      expect(await post([hi(fields, '1')], contacts)).to.equal(200);
      expect(where()).to.deep.equal(address === null ? [] : [address]);
      if (address === null) expect(line.host.logged.join()).to.contain('without a sender');
    });
  }

  it('names come from the contact that fits, user name last', async () => {
    const contacts = [contact('573009', 'Other'), { profile: { username: '@ana' }, user_id: USER }];
    await post([hi({ from: '573002222222' }, '1'), hi({ from_user_id: USER }, '2')], contacts);
    expect(line.host.world.known.get('573002222222')).to.deep.equal({});
    expect(line.host.world.known.get(USER)).to.deep.equal({ name: '@ana' });
  });

  it('one person stays one conversation when the number disappears', async () => {
    await post([hi({ from: ANA, from_user_id: USER }, '1')]);
    await post([hi({ from_user_id: USER }, '2')]);
    expect(where()).to.deep.equal([ANA, ANA]);
    expect(await sentTo(ANA)).to.equal(ANA);
  });

  it('… and when it appears only later', async () => {
    await post([hi({ from_user_id: USER }, '1')]);
    expect(await sentTo(USER)).to.equal(USER);
    await post([hi({ from: ANA, from_user_id: USER }, '2')]);
    await post([hi({ from: ANA }, '3')]);
    expect(where()).to.deep.equal([USER, USER, USER]);
    expect(await sentTo(USER)).to.equal(ANA);
  });

  it('the id of a group of businesses is one more name', async () => {
    await post([hi({ from: ANA, from_parent_user_id: PARENT }, '1')]);
    await post([hi({ from_parent_user_id: PARENT }, '2')]);
    expect(where()).to.deep.equal([ANA, ANA]);
  });

  it('a new number keeps the conversation', async () => {
    await post([textOf('a', '1')]);
    expect(await post([moved(ANA, NEW, '2')])).to.equal(200);
    await post([textOf('b', '3', NEW)]);
    expect(where()).to.deep.equal([ANA, ANA]);
    expect(await sentTo(ANA)).to.equal(NEW);
  });

  it('takes older forms of the notice, with the user as customer', async () => {
    const system = { customer: ANA, new_wa_id: NEW, type: 'customer_changed_number' };
    const notice = { id: '1', type: 'system', system };
    await post([notice]);
    expect(await sentTo(ANA)).to.equal(NEW);
  });

  it('whoever gets the old number is somebody else', async () => {
    await post([textOf('a', '1'), moved(ANA, NEW, '2')]);
    await post([textOf('who is this?', '3')]);
    const [, stranger = ''] = where();
    expect(stranger).not.to.equal(ANA);
    expect(await sentTo(stranger)).to.equal(ANA);
    expect(await sentTo(ANA)).to.equal(NEW);
  });

  it('a notice that is repeated changes nothing, also after the number went back', async () => {
    await post([textOf('a', '1'), moved(ANA, NEW, '2')]);
    await post([moved(NEW, ANA, '3')]);
    await post([moved(ANA, NEW, '2')]);
    await post([textOf('b', '4')]);
    expect(where()).to.deep.equal([ANA, ANA]);
    expect(await sentTo(ANA)).to.equal(ANA);
  });

  it('a notice that was cut off goes on where it was', async () => {
    const { notes } = line.host;
    const set = notes.set.bind(notes);
    for (let writes = 0; writes < 6; writes += 1) {
      notes.kept.clear();
      let left = writes;
      notes.set = async (name, value) => {
        if (left === 0) throw new Error('the store is away');
        left -= 1;
        await set(name, value);
      };
      expect(await post([moved(ANA, NEW, 'm')])).to.equal(503);
      notes.set = set;
      expect(await post([moved(ANA, NEW, 'm')])).to.equal(200);
      expect(notes.kept.get(`id:${NEW}`), `${writes} writes`).to.equal(ANA);
      expect(notes.kept.get(`to:${ANA}`)).to.equal(NEW);
    }
  });

  it('remembers over a restart, by the table of the server', async () => {
    await post([hi({ from: ANA, from_user_id: USER }, '1'), moved(ANA, NEW, '2')]);
    const again = await Line.open({}, line.host);
    await again.post(webhook(change({ messages: [hi({ from_user_id: USER }, '3')] })));
    expect(again.stored.map(({ address }) => address)).to.deep.equal([ANA]);
  });

  it('somebody who answers under another id than was written to is the same', async () => {
    line.heard('5491155556666');
    line.meta.answer = (_, response) =>
      response.end(
        JSON.stringify({ contacts: [{ input: '5491155556666', wa_id: '541155556666' }], messages: [{ id: 'x' }] }),
      );
    await line.send({ text: 'Hi' }, '1-1', '5491155556666');
    await post([textOf('hello', '1', '541155556666')]);
    expect(where()).to.deep.equal(['5491155556666']);
  });

  it('somebody who was written to with a plus before the number is the same', async () => {
    line.heard('+573007778899');
    expect(await sentTo('+573007778899')).to.equal('573007778899');
    await post([textOf('hello', '1', '573007778899')]);
    expect(where()).to.deep.equal(['+573007778899']);
  });
});
