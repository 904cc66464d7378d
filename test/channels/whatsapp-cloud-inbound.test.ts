import { expect } from 'chai';
import { CONTENTS } from './whatsapp-cloud-contents.ts';
import { ANA, Line, change, contact, message, textOf, webhook, closeLines } from './whatsapp-cloud-kit.ts';
import { REPLIES } from './whatsapp-cloud-replies.ts';

describe('whatsapp cloud: what comes in', function () {
  this.timeout(60_000);
  let line: Line;
  beforeEach(async () => {
    line = await Line.open();
  });
  afterEach(closeLines);

  for (const [name, fields, outcome] of [...CONTENTS, ...REPLIES]) {
    it(name, async () => {
      expect(await line.say(message(fields))).to.equal(200);
      if (outcome instanceof RegExp) {
        expect(line.stored).to.deep.equal([]);
        expect(line.host.logged.join('\n')).to.match(outcome);
      } else expect(line.stored).to.deep.equal([{ address: ANA, message: outcome }]);
    });
  }

  it('an entry has the id of the message and the time of this server', async () => {
    await line.say(textOf('Hi', 'wamid.HBgL'));
    expect(line.host.accepted.map(({ entry }) => [entry.id, entry.at])).to.deep.equal([['wamid.HBgL', line.host.time]]);
    expect(line.host.world.known.get(ANA)).to.deep.equal({ name: 'Ana' });
  });

  it('what cannot be read is an empty answer for a flow that waits', async () => {
    const waiting = await Line.open();
    await waiting.host.accept(ANA, { kind: 'start', id: 's', at: 0, flow: 'f' });
    await waiting.host.conversations.settled(ANA, 's', 1000);
    expect(await waiting.say(message({ type: 'unsupported' }, 'wamid.2'))).to.equal(200);
    expect(waiting.stored.at(-1)).to.deep.equal({ address: ANA, message: { text: '' } });
  });

  it('log lines never show what people wrote', async () => {
    await line.say(
      message({ type: 'text', text: { body: 'top secret' } }),
      message({ type: 'poll', poll: 'top secret' }, 'wamid.2'),
    );
    expect(line.host.logged.join('\n')).not.to.contain('top secret');
  });

  it('errors that come with a change are in the log', async () => {
    const errors = [{ code: 130429, title: 'Rate limit hit', error_data: { details: 'x' } }];
    expect((await line.post(webhook(change({ errors, contacts: [contact()] })))).status).to.equal(200);
    expect(line.host.logged).to.deep.equal(['Meta reports an error']);
  });
});
