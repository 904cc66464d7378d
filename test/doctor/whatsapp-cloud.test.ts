import { expect } from 'chai';
import { whatsappCloud } from '../../channels/whatsapp-cloud/index.ts';
import { Meta, NUMBER, SECRET, json } from '../channels/whatsapp-cloud-kit.ts';
import type { Got } from '../channels/whatsapp-cloud-kit.ts';
import { checked } from './kit.ts';

describe('doctor: WhatsApp (Cloud API)', () => {
  let meta: Meta;
  before(async () => (meta = await Meta.open()));
  after(() => meta.close());

  const HOOK = 'https://bot.example/channels/whatsapp-cloud/webhook';
  const number = { display_phone_number: '+57 300 111 2233', verified_name: 'Acme', quality_rating: 'GREEN' };
  const token = { data: { app_id: '77', expires_at: 0, scopes: ['whatsapp_business_messaging'] } };
  const messages = [{ name: 'messages', version: 'v23.0' }];
  const hooks = (callback_url = HOOK, fields: unknown = messages): object => ({
    data: [{ object: 'whatsapp_business_account', callback_url, active: true, fields }],
  });
  const fault = (code: number, message: string): { status: number; body: object } => ({
    status: 400,
    body: { error: { code, message } },
  });
  type Reply = object | { status: number; body: object };
  const look = async (replies: { number?: Reply; token?: Reply; hooks?: Reply } = {}): Promise<string[]> => {
    meta.got.length = 0;
    meta.answer = ({ path }: Got, response) => {
      const reply = path.includes('/subscriptions')
        ? (replies.hooks ?? hooks())
        : path.includes('/debug_token')
          ? (replies.token ?? token)
          : (replies.number ?? number);
      if ('status' in reply && typeof reply.status === 'number' && 'body' in reply)
        json(response, reply.status, reply.body);
      else json(response, 200, reply);
    };
    return checked(whatsappCloud, {
      WHATSAPP_CLOUD_TOKEN: 'the token',
      WHATSAPP_CLOUD_PHONE_NUMBER_ID: NUMBER,
      WHATSAPP_CLOUD_APP_SECRET: `${SECRET},older`,
      WHATSAPP_CLOUD_API_URL: `${meta.url}/v23.0/`,
      PUBLIC_URL: 'https://bot.example/',
    });
  };
  const KNOWN = 'ok Meta takes the access token: the number is +57 300 111 2233 (Acme)';
  const ARRIVES = `ok what people write goes to ${HOOK}`;

  it('asks for the number, the token, and the webhook of the app; each with the right authorization', async () => {
    expect(await look()).to.deep.equal([KNOWN, ARRIVES]);
    expect(meta.got.map(({ method, path, token: sent }) => [method, path.split('?')[0], sent])).to.deep.equal([
      ['GET', `/v23.0/${NUMBER}`, 'Bearer the token'],
      ['GET', '/v23.0/debug_token', 'Bearer the token'],
      ['GET', '/v23.0/77/subscriptions', `Bearer 77|${SECRET}`],
    ]);
  });

  const cases: readonly [what: string, replies: Parameters<typeof look>[0], expected: (string | RegExp)[]][] = [
    [
      'a token that does not work',
      { number: fault(190, 'Session has expired') },
      [/^problem Meta does not show the number: The access token does not work.* \(190 Session has expired\)\.$/],
    ],
    [
      'an id that is not that of the number',
      { number: fault(100, 'Unsupported get request') },
      [/^problem Meta does not show the number: .*WHATSAPP_CLOUD_PHONE_NUMBER_ID/],
    ],
    [
      'a low quality',
      { number: { ...number, quality_rating: 'RED' } },
      [KNOWN, 'note Meta rates the quality of the number as low, and may limit or block it', ARRIVES],
    ],
    [
      'a token that ends, and may not send',
      { token: { data: { app_id: 77, expires_at: 1_900_000_000, scopes: ['whatsapp_business_management'] } } },
      [
        KNOWN,
        'problem the access token lacks the permission whatsapp_business_messaging',
        'note the access token ends 2030-03-17T17:46:40.000Z',
        ARRIVES,
      ],
    ],
    [
      'a token of which Meta tells nothing',
      { token: fault(100, 'no') },
      [KNOWN, 'note Meta does not say to which app the token belongs, so the webhook was not looked at'],
    ],
    [
      'an app secret of another app',
      { hooks: fault(190, 'Invalid OAuth access token signature.') },
      [KNOWN, /^problem Meta does not show the webhook with the app secret: .*signature/],
    ],
    [
      'a webhook without messages',
      { hooks: hooks(HOOK, [{ name: 'account_update' }]) },
      [KNOWN, 'problem the app is not subscribed to the webhook field messages, so nothing arrives'],
    ],
    ['a webhook whose fields are names', { hooks: hooks(HOOK, ['messages']) }, [KNOWN, ARRIVES]],
    ['no webhook at all', { hooks: { data: [] } }, [KNOWN, /^problem the app is not subscribed/]],
    [
      'a webhook that leads elsewhere',
      { hooks: hooks('https://old.example/hook') },
      [KNOWN, `problem Meta sends what people write to https://old.example/hook, and this server is at ${HOOK}`],
    ],
    [
      'a number with an address of its own',
      {
        number: { ...number, webhook_configuration: { phone_number: HOOK } },
        hooks: hooks('https://old.example/hook'),
      },
      [KNOWN, ARRIVES],
    ],
  ];
  for (const [what, replies, expected] of cases)
    it(what, async () => {
      const found = await look(replies);
      expect(found.length, found.join('\n')).to.equal(expected.length);
      for (const [i, each] of expected.entries()) {
        if (typeof each === 'string') expect(found[i]).to.equal(each);
        else expect(found[i]).to.match(each);
      }
    });
});
