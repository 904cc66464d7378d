import { expect } from 'chai';
import { settle } from '../support/wweb-clock.ts';
import { ADDRESS, Phone, THANDI, heard } from '../support/wweb-phone.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('whatsapp web: the way into the inbox', function () {
  this.timeout(60_000);
  let phone: Phone;
  beforeEach(async () => {
    phone = await Phone.ready();
  });
  afterEach(() => phone.close());

  const at = (ago = 0): number => phone.clock.time - ago;

  it('an entry has the id of the message, the time of this server, and the name', async () => {
    phone.browser.hears(heard('Hi', at(5 * SECOND), { name: 'Thandi' }));
    await settle();
    const message = { text: 'Hi' };
    const id = `false_${THANDI}_Hi`;
    expect(phone.host.accepted).to.deep.equal([
      { address: ADDRESS, entry: { kind: 'message', id, at: phone.clock.time, message } },
    ]);
    expect(phone.host.world.known.get(ADDRESS)).to.deep.equal({ name: 'Thandi' });
  });

  it('the same message twice counts once', async () => {
    phone.browser.hears(heard('Hi', at()), heard('Hi', at()));
    await settle();
    expect(phone.texts).to.deep.equal(['Hi']);
  });

  it('a text that is decrypted late counts, under the id it had before', async () => {
    phone.browser.hears(heard('', at(), { type: 'ciphertext', id: 'late' }), heard('Hi', at(), { id: 'late' }));
    await settle();
    expect(phone.texts).to.deep.equal(['Hi']);
  });

  it('while the store is away messages wait, in order, and none is lost', async () => {
    phone.host.away = true;
    phone.browser.hears(heard('1', at()), heard('2', at()), heard('3', at()));
    await phone.clock.pass(10 * MINUTE);
    phone.host.away = false;
    await phone.clock.pass(SECOND);
    expect(phone.texts).to.deep.equal(['1', '2', '3']);
    expect(phone.host.logged.filter((line) => line.startsWith('a message waits'))).to.have.length(1);
  });

  it('a contact with too many waiting messages is tried again', async () => {
    phone.host.world.refuse = 'full';
    phone.browser.hears(heard('1', at()));
    await phone.clock.pass(3 * SECOND);
    phone.host.world.refuse = null;
    await phone.clock.pass(SECOND);
    expect(phone.texts).to.deep.equal(['1']);
  });

  it('what came while the browser was dead is fetched, before what is new', async () => {
    phone.browser.hears(heard('1', at()));
    await settle();
    phone.browser.die('SIGKILL');
    await phone.clock.pass(10 * SECOND);
    phone.browser.chats = [heard('1', at(10 * SECOND)), heard('2', at(5 * SECOND)), heard('3', at(4 * SECOND))];
    phone.browser.hears(heard('4', at()));
    phone.browser.ready();
    await settle();
    expect(phone.texts).to.deep.equal(['1', '2', '3', '4']);
  });

  it('what a crash of the server took away is fetched by the next one', async () => {
    phone.browser.hears(heard('1', at()));
    await settle();
    phone.host.away = true;
    phone.browser.hears(heard('2', at()));
    await phone.clock.pass(2 * SECOND);
    const chats = [heard('1', at(2 * SECOND)), heard('2', at(2 * SECOND))];
    const next = await Phone.open({}, phone);
    next.browser.chats = chats;
    next.browser.ready();
    await settle();
    expect(next.texts).to.deep.equal(['2']);
    await next.close(true);
  });

  it('a number that is new here answers nothing that was written before', async () => {
    phone.browser.chats = [heard('old', at(HOUR))];
    phone.browser.die('SIGKILL');
    await phone.clock.pass(2 * SECOND);
    phone.browser.ready('4930123456@c.us');
    await settle();
    expect(phone.texts).to.deep.equal([]);
  });

  it('messages older than a day are not answered', async () => {
    phone.browser.hears(heard('old', at(25 * HOUR)));
    await settle();
    expect(phone.texts).to.deep.equal([]);
    expect(phone.host.logged).to.include('a message that is older than a day was ignored');
  });

  it('a browser that falls silent is found out by a look at the chats, and started afresh', async () => {
    await phone.clock.pass(MINUTE);
    phone.browser.chats = [heard('unheard', at())];
    await phone.clock.pass(2 * MINUTE);
    expect(phone.texts).to.deep.equal(['unheard']);
    expect(phone.host.logged).to.include('WhatsApp Web is started afresh: it does not tell of new messages any more');
    expect(phone.browser.story).to.deep.equal(['started', 'told to close', 'started']);
  });

  it('messages that were heard are no reason for a fresh start', async () => {
    const message = heard('Hi', at());
    phone.browser.hears(message);
    phone.browser.chats = [message];
    await phone.clock.pass(10 * MINUTE);
    expect(phone.browser.story).to.deep.equal(['started']);
  });

  it('chats that cannot be looked through hold nothing up', async () => {
    phone.browser.die('SIGKILL');
    await phone.clock.pass(2 * SECOND);
    phone.browser.will({ recent: () => undefined });
    phone.browser.ready();
    phone.browser.hears(heard('Hi', at()));
    await phone.clock.pass(61 * SECOND);
    expect(phone.texts).to.deep.equal(['Hi']);
    expect(phone.host.logged.join('\n')).to.match(/the chats could not be looked through: .* 60 s/);
  });

  it('what cannot be read is an empty answer for a flow that waits, and nothing for others', async () => {
    phone.browser.hears(heard('poll', at(), { type: 'poll_creation' }));
    await settle();
    expect(phone.texts).to.deep.equal([]);
    phone.host.world.accept(ADDRESS, { kind: 'start', id: 's', at: 0, flow: 'f' });
    await settle();
    phone.browser.hears(heard('poll 2', at(), { type: 'poll_creation' }));
    await settle();
    expect(phone.texts).to.deep.equal(['']);
  });

  it('log lines never show what people wrote', async () => {
    const texts = ['chat', 'poll_creation', 'revoked'].map((type) => heard(`${type} secret`, at(), { type, id: type }));
    phone.browser.hears(...texts, heard('secret', at(), { own: true, id: 'true_x' }));
    await settle();
    expect(phone.host.lines.join('\n')).not.to.contain('secret');
  });

  it('groups, statuses and channels are ignored without a line in the log', async () => {
    const before = phone.host.lines.length;
    for (const chat of ['1@g.us', 'status@broadcast', '1@newsletter']) phone.browser.hears(heard('x', at(), { chat }));
    await settle();
    expect(phone.texts).to.deep.equal([]);
    expect(phone.host.lines).to.have.length(before);
  });

  it('a person who answers on the phone is told of; our own messages are not', async () => {
    await phone.send({ text: 'Hello' });
    const ours = `true_${THANDI}_1`;
    phone.browser.hears(heard('Hello', at(), { own: true, id: ours }));
    phone.browser.hears(heard('I take it from here', at(), { own: true, id: 'true_by_hand' }));
    phone.browser.hears(heard('', at(), { own: true, type: 'e2e_notification', id: 'true_notice' }));
    await settle();
    expect(phone.texts).to.deep.equal([]);
    const said = { id: 'true_by_hand', at: Math.floor(at() / 1000) * 1000, text: 'I take it from here' };
    expect(phone.host.byHand).to.deep.equal([{ address: ADDRESS, said }]);
  });
});

describe('whatsapp web: who somebody is', function () {
  this.timeout(60_000);
  let phone: Phone;
  beforeEach(async () => {
    phone = await Phone.ready();
  });
  afterEach(() => phone.close());

  const LID = '1234567890@lid';
  const asked = (): number => phone.browser.asked.filter(({ kind }) => kind === 'whois').length;
  const addresses = (): string[] => phone.host.accepted.map(({ address }) => address);

  it('a hidden sender with a known number is the contact of that number; WhatsApp is asked once', async () => {
    phone.browser.will({ whois: () => ({ phone: THANDI, lid: LID }) });
    phone.browser.hears(
      heard('1', phone.clock.time),
      ...['2', '3'].map((text) => heard(text, phone.clock.time, { chat: LID })),
    );
    await settle();
    expect(addresses()).to.deep.equal([ADDRESS, ADDRESS, ADDRESS]);
    expect(asked()).to.equal(1);
  });

  it('the answer goes to the chat that was used last', async () => {
    phone.browser.will({ whois: () => ({ phone: THANDI, lid: LID }) });
    phone.browser.hears(heard('1', phone.clock.time, { chat: LID }));
    await settle();
    await phone.send({ text: 'a' });
    phone.browser.hears(heard('2', phone.clock.time));
    await settle();
    await phone.send({ text: 'b' }, '2');
    expect(phone.browser.sent.map(({ chat }) => chat)).to.deep.equal([LID, THANDI]);
  });

  it('a hidden sender without a number has the hidden id as address, also after a restart', async () => {
    phone.browser.hears(heard('1', phone.clock.time, { chat: LID }));
    await settle();
    expect(addresses()).to.deep.equal([LID]);
    const next = await Phone.ready({}, phone);
    next.browser.will({ whois: () => ({ phone: THANDI, lid: LID }) });
    next.browser.hears(heard('2', phone.clock.time, { chat: LID }));
    await settle();
    expect(next.host.accepted.map(({ address }) => address)).to.deep.equal([LID]);
    expect(await next.send({ text: 'a' }, '1', LID)).to.deep.equal({ kind: 'sent' });
    expect(next.browser.sent.map(({ chat }) => chat)).to.deep.equal([LID]);
    await next.close(true);
  });

  it('when WhatsApp does not say who it is, the message is not lost', async () => {
    phone.browser.will({ whois: () => undefined });
    phone.browser.hears(heard('1', phone.clock.time, { chat: LID }));
    await phone.clock.pass(11 * SECOND);
    expect(addresses()).to.deep.equal([LID]);
  });
});
