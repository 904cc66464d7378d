import { expect } from 'chai';
import type { Channel, Sent } from '../../src/channel/channel.ts';
import { codeOf } from '../../src/domain/code.ts';
import type { CallOutcome, CodeRequest, CodeWay } from '../../src/domain/call.ts';
import type { Call, Delivery } from '../../src/domain/effect.ts';
import { worldWith } from '../../src/domain/world.ts';
import { sendCode } from '../../src/outbox/codes.ts';
import type { CodeParts } from '../../src/outbox/codes.ts';
import { SendLimit } from '../../src/outbox/send-limit.ts';
import { openStore } from '../../src/store/index.ts';

const world = worldWith('the key of this server');
const request = (via: readonly CodeWay[], nonce = 'n1'): CodeRequest => ({
  type: 'phone_code',
  via,
  to: '+573001112233',
  nonce,
  length: 6,
  language: 'en',
  timeout: 10_000,
});
const call = (asked: CodeRequest): Call => ({
  kind: 'call',
  key: 'k',
  cause: 'm',
  flow: 'f',
  block: 'b',
  request: asked,
});
const code = codeOf(world, 'n1', 6);

interface Bench {
  readonly sent: Delivery[];
  readonly texts: string[];
  send(via: readonly CodeWay[], nonce?: string): Promise<CallOutcome>;
}

async function bench(ways: {
  whatsapp?: Sent;
  sms?: CallOutcome;
  template?: CodeParts['template'];
  now?: () => number;
}): Promise<Bench> {
  const [sent, texts]: [Delivery[], string[]] = [[], []];
  const store = await openStore({ dataDir: ':memory:' });
  const { whatsapp, sms } = ways;
  const channel = { name: 'whatsapp-cloud' } as Channel;
  const open = {
    send: async (delivery: Delivery) => {
      sent.push(delivery);
      return whatsapp ?? { kind: 'sent' as const };
    },
    close: async () => undefined,
  };
  const parts: CodeParts = {
    world,
    channels: () => (whatsapp === undefined ? [] : [{ type: channel, open }]),
    sms:
      sms === undefined
        ? null
        : async (_to, digits, textWith) => {
            texts.push(textWith(digits));
            return sms;
          },
    limit: new SendLimit(store, ways.now ?? Date.now),
    template: ways.template ?? null,
  };
  return {
    sent,
    texts,
    send: (via, nonce) => sendCode(call(request(via, nonce)), request(via, nonce), new AbortController().signal, parts),
  };
}

const ok: CallOutcome = { kind: 'answered', status: 201, headers: {}, body: '' };

describe('one-time codes', () => {
  it('TF13: goes by WhatsApp, to the number, with the code in the text and in the template', async () => {
    const on = await bench({
      whatsapp: { kind: 'sent' },
      template: { name: 'login_code', language: 'en_US', button: true },
    });
    const outcome = await on.send(['whatsapp', 'sms']);
    expect(outcome).to.deep.include({ kind: 'answered', status: 200, json: { via: 'whatsapp' } });
    const [delivery] = on.sent;
    expect(delivery?.message.text).to.include(code);
    const template = { name: 'login_code', language: 'en_US', params: [code] };
    const buttons = [{ kind: 'url', value: code, at: 0 }];
    expect(delivery?.message.template).to.deep.equal({ ...template, buttons });
    const plain = await bench({ whatsapp: { kind: 'sent' }, template: { name: 'c', language: 'en', button: false } });
    await plain.send(['whatsapp']);
    expect(plain.sent[0]?.message.template).to.deep.equal({ name: 'c', language: 'en', params: [code] });
  });

  it('TF13: goes by SMS when WhatsApp does not take it', async () => {
    const on = await bench({ whatsapp: { kind: 'refused', reason: 'the window is closed' }, sms: ok });
    expect(await on.send(['whatsapp', 'sms'])).to.deep.include({ json: { via: 'sms' } });
    expect(on.texts).to.have.length(1);
    expect(on.texts[0]).to.include(code);
  });

  it('says of each way why it did not work', async () => {
    const on = await bench({ sms: { kind: 'answered', status: 500, headers: {}, body: '' } });
    const outcome = await on.send(['whatsapp', 'sms']);
    expect(outcome.kind).to.equal('failed');
    expect(outcome.kind === 'failed' ? outcome.reason : '').to.match(
      /whatsapp: no WhatsApp channel is open; sms: the SMS service answered 500/,
    );
    const none = await bench({});
    const nothing = await none.send(['sms']);
    expect(nothing.kind === 'failed' ? nothing.reason : '').to.include('SMS_ACTION');
  });

  it('a number gets five codes in an hour, whoever asks', async () => {
    let now = Date.now();
    const on = await bench({ sms: ok, now: () => now });
    const kinds: string[] = [];
    for (let i = 0; i < 6; i += 1) kinds.push((await on.send(['sms'], `n${i}`)).kind);
    expect(kinds).to.deep.equal(['answered', 'answered', 'answered', 'answered', 'answered', 'failed']);
    now += 3_600_001;
    expect((await on.send(['sms'], 'later')).kind).to.equal('answered');
  });
});
