import { resolve } from 'node:path';
import { expect } from 'chai';
import { webAddress } from '../../src/domain/contact.ts';
import { Visitor, startApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';

const TOKEN = 'an-admin-token-for-tests';
const flowsDir = resolve(import.meta.dirname, '../../flows');

interface Sent {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** What a person sends who copies a command that the demo bank shows. */
function readCurl(command: string): Sent {
  const filled = command.replace('YOUR_API_TOKEN', TOKEN);
  const quoted = [...filled.matchAll(/'([^']*)'/g)].map((match) => match[1] ?? '');
  const headers = quoted.slice(1, -1).map((header) => header.split(': ', 2));
  return {
    method: /^curl -X (\w+) /.exec(command)?.[1] ?? '',
    url: quoted[0] ?? '',
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: quoted.at(-1) ?? '',
  };
}

describe('the samples, by the web API and with the demo API', () => {
  let on: TestApp;
  let visitor: Visitor;
  before(async () => {
    on = await startApp(flowsDir, { env: { ADMIN_TOKEN: TOKEN, SMS_ACTION: 'demo-sms.send' } });
  });
  beforeEach(() => (visitor = new Visitor(on.url)));
  after(() => on.close());

  const api = async (method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(on.url + path, {
      method,
      headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };

  /** Everything this visitor has been told so far. */
  const told = async (): Promise<string[]> => {
    await on.app.idle();
    const turns = on.turns.filter(({ conversation }) => conversation.id === `web:${webAddress(visitor.session)}`);
    return turns.flatMap(({ lines }) =>
      lines.flatMap((line) => (line.kind === 'out' ? [line.message.text ?? ''] : [])),
    );
  };

  describe("login-otp, Truora's example", () => {
    const upToUser = async (name: string): Promise<string[]> => {
      expect((await visitor.start('login-otp'))[0]).to.match(/May we process your data/);
      expect(await visitor.say('I agree')).to.deep.equal(['Please enter your Username:']);
      return visitor.say(name);
    };

    it('has a credential from the first start on, and its test request passes', async () => {
      const { body } = await api('POST', '/api/v1/integrations/user-login/credentials/demo/test');
      expect(body).to.deep.include({ ok: true, status: 200 });
    });

    it('logs in with the code, and leads on to the page of the settings', async () => {
      expect(await upToUser('ana')).to.deep.equal([
        'Checking your username…',
        'Please enter the CODE sent to your registered email (a••@example.com).',
      ]);
      const last = await visitor.answer('123456');
      expect(last.messages.map(({ text }) => text)).to.deep.equal([
        'Validating your code…',
        'Welcome! You are logged in.',
      ]);
      expect(last).to.include({ ended: true, redirect_url: 'https://example.com/' });
    });

    it('takes three wrong codes and no more', async () => {
      await upToUser('ana');
      expect((await visitor.say('000000'))[1]).to.equal('That is not the code. You have 2 tries left.');
      expect((await visitor.say('000001'))[1]).to.equal('That is not the code. You have 1 try left.');
      expect((await visitor.say('000002'))[1]).to.equal('Sorry, we could not verify that it is you.');
    });

    it('refuses a code that is too old', async () => {
      await upToUser('ben');
      expect((await visitor.say('123456'))[1]).to.equal('Sorry, we could not verify that it is you.');
    });

    it('TF12: an unknown user goes on by phone, with the code of the SMS', async () => {
      expect(await upToUser('nobody')).to.deep.equal([
        'Checking your username…',
        'We could not find the user nobody.',
        'Shall we verify you by your phone instead?',
      ]);
      expect((await visitor.say('Yes'))[0]).to.match(/phone number/);
      expect(await visitor.say('+57 300 111 2233')).to.deep.equal([
        'We sent a code to the number that ends in 2233. Please write it here.',
      ]);
      const { messages } = (await api('GET', '/demo/sms')).body as { messages: { to: string; text: string }[] };
      expect(messages[0]?.to).to.equal('…2233');
      const code = /\d{6}/.exec(messages[0]?.text ?? '')?.[0] ?? '';
      expect(await visitor.say(code)).to.deep.equal(['Welcome! You are logged in.']);
    });

    it('TF12: or ends with "User not found"', async () => {
      await upToUser('../../orders/CU001');
      const last = await visitor.answer('No');
      expect(last.messages.map(({ text }) => text)).to.deep.equal(['User not found.']);
      expect(last.ended).to.equal(true);
    });

    it('says so when the service is broken', async () => {
      expect((await upToUser('BROKEN'))[1]).to.equal('We cannot look up users at the moment.');
    });

    it('ends without consent, and calls nobody', async () => {
      const calls = async (): Promise<unknown> => (await api('GET', '/api/v1/calls?flow=login-otp&limit=1')).body;
      const before = await calls();
      await visitor.start('login-otp');
      expect((await visitor.say('I do not agree'))[0]).to.match(/Without your consent/);
      await on.app.idle();
      expect(await calls()).to.deep.equal(before);
    });

    it('shows the key to nobody: not in the call log, not to the visitor', async () => {
      await upToUser('ana');
      await visitor.say('123456');
      const { body } = await api('GET', '/api/v1/calls?flow=login-otp&limit=100');
      const { items } = body as { items: { id: string }[] };
      expect(items.length).to.be.greaterThan(1);
      const shown = await Promise.all(items.map(({ id }) => api('GET', `/api/v1/calls/${id}`)));
      expect(JSON.stringify([shown, await told()])).not.to.contain('demo-key');
    });
  });

  describe("payment-resume, Landbot's example", () => {
    /** The commands that the bank shows, once the flow waits for it. */
    const upToBank = async (): Promise<string[]> => {
      await visitor.start('payment-resume');
      await visitor.say('Ana');
      const [wait = ''] = await visitor.say('ana@example.com');
      const page = await fetch(/\(.* at (\S+)\)$/.exec(wait)?.[1] ?? '');
      return (await page.text()).split('\n').filter((line) => line.startsWith('curl '));
    };
    const send = async (command = ''): Promise<number> => {
      const { url, ...request } = readCurl(command);
      const response = await fetch(url, request);
      await response.text();
      return response.status;
    };

    for (const [i, said] of [
      'It is paid, Ana. The receipt is on its way to ana@example.com.',
      'Your bank has refused the payment. Nothing was charged.',
      'The payment is not through yet; your bank says "held for review". We will write to ana@example.com.',
    ].entries()) {
      it(`L11: by one command that the bank shows, once: ${said}`, async () => {
        const commands = await upToBank();
        expect(await send(commands[i])).to.equal(200);
        expect((await told()).at(-1)).to.equal(said);
        expect(await send(commands[0])).to.equal(409);
        expect((await told()).at(-1)).to.equal(said);
      });
    }

    it('L5-L10: by "set" and "go", as Landbot does', async () => {
      const [set, go] = (await upToBank()).slice(3);
      expect(await send(set)).to.equal(200);
      expect(await send(go)).to.equal(200);
      expect((await told()).at(-1)).to.equal('It is paid, Ana. The receipt is on its way to ana@example.com.');
    });
  });

  describe("appointment, SmartFlows' example", () => {
    it('finds the appointment and moves it, after a day that is full', async () => {
      await visitor.start('appointment');
      expect(await visitor.say('p100')).to.deep.equal([
        'You are expected on Tuesday 12 May at 10:30 by Dr. Ruiz.',
        'Does that suit you?',
      ]);
      await visitor.say('Another day');
      expect((await visitor.say('2099-06-21'))[0]).to.equal('We are closed on Saturdays and Sundays.');
      expect(await visitor.say('2099-06-22')).to.deep.equal([
        'One moment, I am asking for 22 June…',
        'There is nothing free on that day.',
        'Which day would you like instead? For example: tomorrow, or 24 June.',
      ]);
      expect((await visitor.say('2099-06-23'))[1]).to.equal('Done: you are expected on Tuesday 23 June at 09:00.');
    });

    for (const [patient, said] of [
      ['P300', /You have no appointment/],
      ['P999', /There is no patient P999/],
      ['BROKEN', /cannot reach the clinic/],
    ] as const) {
      it(`${patient}: ${said.source}`, async () => {
        await visitor.start('appointment');
        expect((await visitor.say(patient))[0]).to.match(said);
      });
    }
  });

  it('onboarding: keeps the contact, calls the survey, and a person of the team takes over a bad score', async () => {
    await visitor.start('onboarding');
    await visitor.say('Yes, go on');
    await visitor.say('ana prado');
    await visitor.say('ana@example.com');
    const asked = await visitor.say('+573001112233');
    expect([asked.length, asked[0]]).to.deep.equal([3, 'Thank you. We have ana@example.com and +573001112233.']);
    await visitor.say('1');
    expect((await visitor.say('Too many questions'))[0]).to.match(/A colleague/);
    expect(await visitor.say('hello?')).to.deep.equal([]);
    const contact = encodeURIComponent(`web:${webAddress(visitor.session)}`);
    const { status } = await api('POST', `/api/v1/contacts/${contact}/return`);
    expect([status, (await told()).at(-1)]).to.deep.equal([
      202,
      'You are all set, Ana Prado. Write "order" whenever you want to know about an order.',
    ]);
    const { body } = await api('GET', `/api/v1/contacts/${contact}`);
    expect(body).to.deep.include({ fields: { email: 'ana@example.com', phone: '+573001112233' } });
  });

  it('survey: by itself, from beginning to end', async () => {
    expect(await visitor.start('survey')).to.have.length(2);
    const last = await visitor.answer('5');
    expect(last).to.include({ ended: true });
    expect(last.messages.map(({ text }) => text)).to.deep.equal(['Thank you, that is good to know!']);
  });
});
