import { copyFile, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { web } from '../../channels/web/index.ts';
import { whatsappCloud } from '../../channels/whatsapp-cloud/index.ts';
import { Visitor, startApp } from '../support/app.ts';
import { Meta, cloudEnv } from './whatsapp-cloud-kit.ts';

const VERIFY = `
flow: verify
triggers: [{ link: true }]
blocks:
  - { id: phone, type: phone_validator, phone: "+573001112233", via: [whatsapp, sms], on_valid: good, on_invalid: bad }
  - { id: good, type: end, text: "Confirmed." }
  - { id: bad, type: end, text: "Not confirmed." }
`;

interface Body {
  readonly to: string;
  readonly text?: { readonly body: string };
  readonly template?: { readonly name: string; readonly components: readonly Component[] };
}

interface Component {
  readonly type: string;
  readonly sub_type?: string;
  readonly parameters: readonly { readonly text: string }[];
}

describe('whatsapp cloud: codes of phone_validator', function () {
  this.timeout(60_000);
  let meta: Meta;
  beforeEach(async () => (meta = await Meta.open()));
  afterEach(() => meta.close());
  const sent = (): Body[] => meta.got.map(({ body }) => Object(body) as Body);

  it('go out as an authentication template, with the code in the text and in the button, and count', async () => {
    const env = { ...cloudEnv(meta), WHATSAPP_CODE_TEMPLATE: 'login_code:en_US' };
    const app = await startApp({ 'verify.yaml': VERIFY }, { channels: [web, whatsappCloud], env });
    try {
      const visitor = new Visitor(app.url);
      expect((await visitor.start('verify')).join()).to.contain('2233');
      const [{ to, template } = { to: '' }] = sent();
      const [body, button] = template?.components ?? [];
      const code = body?.parameters[0]?.text ?? '';
      expect([to, template?.name, body?.type]).to.deep.equal(['573001112233', 'login_code', 'body']);
      expect(button).to.deep.equal({
        type: 'button',
        sub_type: 'url',
        index: '0',
        parameters: [{ type: 'text', text: code }],
      });
      expect(code).to.match(/^\d{6}$/);
      expect(await visitor.say(code)).to.deep.equal(['Confirmed.']);
    } finally {
      await app.close();
    }
  });

  it('go by SMS when Meta refuses them', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'parley-codes-'));
    await mkdir(join(dir, 'flows/integrations'), { recursive: true });
    await copyFile('flows/integrations/demo-sms.yaml', join(dir, 'flows/integrations/demo-sms.yaml'));
    const setting = { WHATSAPP_CODE_TEMPLATE: 'login_code:en_US:no_button', SMS_ACTION: 'demo-sms.send' };
    const env = { ...cloudEnv(meta), ...setting };
    meta.failWith({ status: 400, body: { error: { code: 132001, message: 'Template name does not exist' } } });
    const app = await startApp({ 'verify.yaml': VERIFY }, { channels: [web, whatsappCloud], env, dir });
    try {
      const visitor = new Visitor(app.url);
      await visitor.start('verify');
      expect(sent().map(({ template }) => template?.components.map(({ type }) => type))).to.deep.equal([['body']]);
      const { messages } = (await (await fetch(`${app.url}/demo/sms`)).json()) as { messages: { text: string }[] };
      const code = /\d{6}/.exec(messages[0]?.text ?? '')?.[0] ?? 'none';
      expect(code).to.equal(sent()[0]?.template?.components[0]?.parameters[0]?.text);
      expect(await visitor.say(code)).to.deep.equal(['Confirmed.']);
    } finally {
      await app.close();
    }
  });
});
