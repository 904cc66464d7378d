import { expect } from 'chai';
import { slack } from '../../channels/slack/index.ts';
import { whatsappCloud } from '../../channels/whatsapp-cloud/index.ts';
import type { Store } from '../../src/store/store.ts';
import { startApp } from '../support/app.ts';
import type { AppChoices, TestApp } from '../support/app.ts';
import { until } from '../support/until.ts';
import { Workspace } from './slack-kit.ts';
import { ANA, Meta, change, cloudEnv, contact, signature, textOf, webhook } from './whatsapp-cloud-kit.ts';

const FLOW = `
flow: hello
triggers: [{ catch_all: true }]
blocks:
  - { id: one, type: message, text: "One." }
  - { id: two, type: question, text: "Two?" }
  - { id: done, type: end, text: "Three." }
`;

/** What a process keeps, until it is dead: then nothing that it does is written down any more. */
class Life {
  dead = false;

  readonly wrapStore = (store: Store): Store =>
    new Proxy(store, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...args: readonly unknown[]): unknown =>
          this.dead && name !== 'now' && name !== 'close'
            ? Promise.reject(new Error('this process is dead'))
            : Reflect.apply(value, target, args);
      },
    });
}

describe('a message that was on its way when the process died', function () {
  this.timeout(120_000);

  describe('to WhatsApp by the Cloud API', () => {
    let meta: Meta;
    let ahead = 0;
    let store: Store | undefined;
    let app: TestApp | undefined;
    beforeEach(async () => {
      meta = await Meta.open();
      ahead = 0;
    });
    afterEach(async () => {
      await app?.close();
      await meta.close();
    });

    const start = (choices: AppChoices): Promise<TestApp> =>
      startApp(
        { 'flow.yaml': FLOW },
        {
          channels: [whatsappCloud],
          env: cloudEnv(meta),
          clock: () => Date.now() + ahead,
          ...choices,
        },
      );
    const post = async (to: TestApp, value: object): Promise<void> => {
      const bytes = Buffer.from(JSON.stringify(webhook(change(value))));
      const headers = { 'X-Hub-Signature-256': signature(bytes) };
      const url = `${to.url}/channels/whatsapp-cloud/webhook`;
      expect((await fetch(url, { method: 'POST', body: bytes, headers })).status).to.equal(200);
    };
    const texts = (): unknown[] => meta.got.map(({ body }) => Object(Object(body).text).body);
    /** Resolves when the first message that is owed was put off. */
    const waiting = async (): Promise<void> => {
      const attempts = async (): Promise<unknown> =>
        Object((await store?.load(`whatsapp-cloud:${ANA}`))?.owed[0]).attempts;
      while ((await attempts()) !== 1) await new Promise((resolve) => setTimeout(resolve, 20));
    };

    /** A server that dies after Meta has taken its first message, and another one that goes on. */
    const crashed = async (): Promise<void> => {
      const life = new Life();
      const first = await start({ wrapStore: life.wrapStore, keep: true });
      const usual = meta.answer;
      meta.answer = (_, response) => {
        life.dead = true;
        response.destroy();
      };
      await post(first, { contacts: [contact()], messages: [textOf('hi')] });
      await until('the message to be out', () => meta.got.length === 1);
      meta.answer = usual;
      await first.close();
      // Its lease is over.
      ahead += 11_000;
      app = await start({ dir: first.dir, wrapStore: (opened) => (store = opened) });
    };

    it('is not sent again when Meta reports it, also to the process that goes on', async () => {
      await crashed();
      await waiting();
      const status = { id: 'wamid.out', status: 'delivered', recipient_id: ANA };
      const key = Object(meta.got[0]?.body) as { biz_opaque_callback_data?: string };
      if (app !== undefined) await post(app, { statuses: [{ ...status, ...key }] });
      ahead += 11_000;
      await until('the rest', () => texts().length > 1);
      await app?.app.idle();
      expect(texts()).to.deep.equal(['One.', 'Two?']);
    });

    it('is sent again when nothing is heard of it for ten seconds', async () => {
      await crashed();
      await waiting();
      expect(texts()).to.deep.equal(['One.']);
      ahead += 11_000;
      await until('everything', () => texts().length === 3);
      expect(texts()).to.deep.equal(['One.', 'One.', 'Two?']);
    });
  });

  for (const there of [true, false])
    it(`to Slack: ${there ? 'is not sent again when Slack has it' : 'is sent again when Slack has it not'}`, async () => {
      const life = new Life();
      const choices = { keep: true, wrapStore: life.wrapStore } as const;
      const first = await Workspace.open('http', FLOW, { channels: [slack], ...choices });
      let metadata: unknown;
      first.slack.once('chat.postMessage', (body) => {
        life.dead = true;
        metadata = body['metadata'];
        return { status: 200, lost: true };
      });
      await first.say('hi');
      await first.slack.until(() => metadata !== undefined);
      await first.close();
      const next = await Workspace.open(
        'http',
        FLOW,
        { clock: () => Date.now() + 11_000, dir: first.server.dir },
        (server) => {
          server.answers.set('conversations.history', () => ({
            ok: true,
            messages: there ? [{ ts: '1.1', metadata }] : [],
          }));
        },
      );
      try {
        const wanted = there ? ['Two?'] : ['One.', 'Two?'];
        await next.slack.until(() => next.slack.bodies('chat.postMessage').length === wanted.length);
        expect(await next.said()).to.deep.equal(wanted);
      } finally {
        await next.close();
      }
    });
});
