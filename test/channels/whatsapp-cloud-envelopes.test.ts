import { expect } from 'chai';
import { ANA, Line, change, closeLines, textOf, webhook } from './whatsapp-cloud-kit.ts';

describe('whatsapp cloud: odd envelopes', function () {
  this.timeout(60_000);
  let line: Line;
  beforeEach(async () => {
    line = await Line.open();
  });
  afterEach(closeLines);
  const account = 'whatsapp_business_account';
  const good = change({ messages: [textOf('good', 'wamid.good')] });

  const ODD: [what: string, body: unknown, logged: RegExp | null][] = [
    ['another object', { object: 'page', entry: [{ changes: [good] }] }, /not about WhatsApp was ignored/],
    ['no object', { entry: [{ changes: [good] }] }, /not about WhatsApp was ignored/],
    ['a list', [good], /not about WhatsApp was ignored/],
    ['no entry', { object: account }, null],
    ['no entries', { object: account, entry: [] }, null],
    ['an entry that is null', { object: account, entry: null }, null],
    ['entries that are none', { object: account, entry: [null, 'x', 1, {}] }, null],
    ['no changes', { object: account, entry: [{ id: '1', changes: [] }] }, null],
    ['a change without a field', { object: account, entry: [{ changes: [{}] }] }, /no message was ignored/],
    ['a field of tomorrow', webhook({ field: 'holograms', value: { a: [1] } }), /no message was ignored/],
    ['a value that is null', webhook({ field: 'messages', value: null }), /another phone number was ignored/],
    ['nothing in it', webhook(change({})), null],
    ['lists that are none', webhook(change({ messages: {}, statuses: 'x', contacts: 7, errors: null })), null],
  ];
  for (const [what, body, logged] of ODD)
    it(`${what}: acknowledged, and the next one counts`, async () => {
      expect((await line.post(body)).status).to.equal(200);
      if (logged === null) expect(line.host.logged).to.deep.equal([]);
      else expect(line.host.logged.join('\n')).to.match(logged);
      expect((await line.post(webhook(good))).status).to.equal(200);
      expect(line.stored).to.deep.equal([{ address: ANA, message: { text: 'good' } }]);
    });
});

describe('whatsapp cloud: a number that is in use in the WhatsApp Business app, too', function () {
  this.timeout(60_000);
  let line: Line;
  beforeEach(async () => {
    line = await Line.open();
  });
  afterEach(closeLines);

  const echo = (fields: object): object => ({
    from: '15550783881',
    to: ANA,
    id: 'wamid.echo',
    timestamp: '1795219200',
    type: 'text',
    text: { body: 'I take it from here' },
    ...fields,
  });
  const post = async (...echoes: unknown[]): Promise<number> => {
    const { value } = Object(change({ message_echoes: echoes })) as { value: object };
    return (await line.post(webhook({ field: 'smb_message_echoes', value }))).status;
  };

  it('what a person writes there is told as a takeover, for the conversation of that contact', async () => {
    expect(await post(echo({}), echo({ id: 'wamid.2', type: 'image', text: null }))).to.equal(200);
    const at = line.host.time;
    expect(line.host.byHand).to.deep.equal([
      { address: ANA, said: { id: 'wamid.echo', at, text: 'I take it from here' } },
      { address: ANA, said: { id: 'wamid.2', at, text: '' } },
    ]);
    expect(line.stored).to.deep.equal([]);
    expect(line.host.logged.join()).not.to.contain('I take it');
  });

  for (const [what, fields] of [
    ['a deletion', { type: 'revoke' }],
    ['an edit', { type: 'edit' }],
    ['a reaction', { type: 'reaction' }],
    ['nobody', { to: null }],
    ['no id', { id: undefined }],
  ] as const)
    it(`${what} is none`, async () => {
      expect(await post(echo(fields), null, 'x')).to.equal(200);
      expect(line.host.byHand).to.deep.equal([]);
    });

  it('is told again when it could not be stored', async () => {
    line.host.notes.broken = true;
    expect(await post(echo({}))).to.equal(503);
    line.host.notes.broken = false;
    expect(await post(echo({}))).to.equal(200);
    expect(line.host.byHand).to.have.length(1);
  });
});
