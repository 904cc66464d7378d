import { expect } from 'chai';
import { ABOUT, SECRET, Scene, answer, asked } from './scene.ts';
import { sourceOf } from './secrets.ts';
import { gist } from './support.ts';

const BODY = 'application/json';
const retry = { attempts: 3, backoff: 1000, on: ['timeout', 'network', '429', '5xx'] } as const;

describe('the row of a call', () => {
  it('gives no secret away: not in what comes back, and not in its row', async () => {
    const basic = Buffer.from(`me:${SECRET}`).toString('base64');
    const echo = JSON.stringify({
      key: SECRET,
      auth: `Basic ${basic}`,
      hex: Buffer.from(SECRET).toString('hex'),
      n: 1,
    });
    const scene = new Scene([
      answer(200, echo, { 'x-echo': SECRET, 'set-cookie': 'a=b', 'content-type': BODY }, JSON.parse(echo)),
    ]);
    const key = { secret: 'secret.key' };
    const outcome = await scene.caller.call(
      asked({
        url: ['https://api.example/v1/', key, '?token=', key],
        headers: { 'X-Key': ['Bearer ', key], 'Content-Type': BODY, Cookie: 'session=abc', Plain: 'shown' },
        auth: { username: 'me', password: [key] },
        body: ['{"token":"', key, '","name":"Ana"}'],
      }),
      'k',
      ABOUT,
    );
    expect(scene.sent[0]?.request.url).to.equal(`https://api.example/v1/${SECRET}?token=${SECRET}`);
    const text = JSON.stringify([outcome, scene.rows]);
    for (const form of [
      SECRET,
      basic,
      Buffer.from(SECRET).toString('base64').slice(0, 10),
      Buffer.from(SECRET).toString('hex'),
    ])
      expect(text).not.to.include(form);
    expect(outcome).to.have.deep.property('json', { key: '***', auth: 'Basic ***', hex: '***', n: 1 });
    expect(scene.rows[0]).to.deep.include({ url: 'https://api.example/v1/***?token=***' });
    expect(scene.rows[0]?.request).to.deep.equal({
      headers: {
        'X-Key': '***',
        'Content-Type': BODY,
        Cookie: '***',
        Plain: 'shown',
        Authorization: 'Basic ***',
        'Idempotency-Key': 'k',
      },
      body: '{"token":"***","name":"Ana"}',
      size: 35,
    });
    expect(scene.rows[0]?.response).to.deep.include({ size: echo.length });
    expect(scene.rows[0]?.response?.headers).to.deep.include({ 'x-echo': '***', 'set-cookie': '***' });
  });

  it('that goes nowhere for want of a secret, or because its credential may not go there, has a row as well', async () => {
    const scene = new Scene([answer(200)]);
    const missing = asked({
      body: ['a=', { secret: 'secret.gone' }],
      headers: { A: [{ secret: 'secret.key' }] },
      retry,
    });
    expect(gist(await scene.caller.call(missing, 'k', ABOUT))).to.equal('no_secret');
    const action = { integration: 'crm', action: 'find' };
    const stray = asked({
      url: 'https://evil.example/',
      headers: { A: [{ secret: 'auth.api_key' }] },
      action,
      retry,
    });
    expect(gist(await scene.caller.call(stray, 'k', ABOUT))).to.equal('refused_address');
    expect(scene.sent).to.deep.equal([]);
    expect(scene.rows.map(({ code, attempt, response: got }) => [code, attempt, got])).to.deep.equal([
      ['no_secret', 1, null],
      ['refused_address', 1, null],
    ]);
    expect(scene.rows[0]?.request).to.deep.include({ body: 'a=@secret.gone' });
    expect(JSON.stringify(scene.rows)).not.to.include(SECRET);
  });

  it('is written down with where it came from and how long it took', async () => {
    const scene = new Scene([answer(404, 'no')]);
    const begun = scene.world.now();
    const action = { integration: 'crm', action: 'find', credential: 'Other' };
    const headers = { 'X-Access-Token': 'abc', 'Api-Key': [{ secret: 'auth.api_key' }], 'idempotency-key': 'mine' };
    await scene.caller.call(asked({ type: 'custom_integration', action, headers, retry }), 'key-9', ABOUT);
    expect(scene.rows).to.deep.equal([
      {
        type: 'custom_integration',
        method: 'POST',
        url: 'https://api.example/v1',
        status: 404,
        result: 'answered',
        code: null,
        reason: null,
        ...ABOUT,
        integration: 'crm',
        action: 'find',
        credential: 'Other',
        key: 'key-9',
        attempt: 1,
        attempts: 3,
        duration_ms: 40,
        at: begun,
        request: {
          headers: { 'X-Access-Token': '***', 'Api-Key': '***', 'idempotency-key': 'mine' },
          body: '',
          size: 0,
        },
        response: { headers: {}, body: 'no', size: 2 },
      },
    ]);
  });
});

describe('trying a request out', () => {
  it('is one try for nobody, with the credential that is asked for', async () => {
    const scene = new Scene([answer(500, `echo ${SECRET}`)]);
    const sealed = asked({
      headers: { 'Api-Key': [{ secret: 'auth.api_key' }] },
      body: 'x',
      retry: { attempts: 5, backoff: 1, on: ['5xx'] },
    });
    const tested = await scene.caller.test(sealed, { integration: 'crm', credential: 'Main' });
    expect(tested).to.deep.equal({
      outcome: answer(500, 'echo ***'),
      ms: 40,
      request: {
        method: 'POST',
        url: 'https://api.example/v1',
        headers: { 'Api-Key': '***', 'Idempotency-Key': scene.sent[0]?.key },
        body: 'x',
        size: 1,
      },
    });
    expect(scene.sent).to.have.length(1);
    expect(scene.rows[0]).to.include({
      contact: null,
      flow: null,
      integration: 'crm',
      credential: 'Main',
      attempt: 1,
      attempts: 1,
    });
  });

  it('takes values that are not kept yet', async () => {
    const scene = new Scene([answer(200)]);
    const secrets = sourceOf({
      credentials: { 'crm/New': { api_key: 'brand-new' } },
      origins: ['https://api.example'],
    });
    const action = { integration: 'crm', action: 'find', credential: 'Main' };
    const sealed = asked({ headers: { 'Api-Key': [{ secret: 'auth.api_key' }] }, action });
    await scene.caller.test(sealed, { credential: 'New', secrets });
    expect(scene.sent[0]?.request.headers).to.deep.equal({ 'Api-Key': 'brand-new' });
  });
});

describe('the fields of a credential that are no passwords', () => {
  it('stand in answers and in rows, and the password does not', async () => {
    const body = '{"account":12345,"to":"keep","key":"pass-word-9"}';
    const headers = { 'content-type': BODY, 'keep-alive': 'timeout=5' };
    const scene = new Scene([answer(200, body, headers, JSON.parse(body))]);
    const secrets = sourceOf({
      credentials: { 'crm/Main': { api_key: ' pass-word-9\n', account: '12345', name: 'keep' } },
      plain: ['account', 'name'],
      origins: ['https://api.example'],
    });
    const sealed = asked({
      url: ['https://api.example/', { secret: 'auth.account' }],
      headers: { 'X-Key-Of': [{ secret: 'auth.api_key' }], 'X-Name': [{ secret: 'auth.name' }] },
    });
    const { outcome, request } = await scene.caller.test(sealed, { integration: 'crm', secrets });
    expect(outcome).to.deep.include({ json: { account: 12345, to: 'keep', key: '***' }, headers });
    expect(request).to.include({ url: 'https://api.example/12345' });
    expect(request.headers).to.include({ 'X-Key-Of': '***', 'X-Name': 'keep' });
  });
});
