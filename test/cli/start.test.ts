import { createServer } from 'node:http';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { folder, parley, serve } from './run.ts';

/** A wrong value of each kind of setting, and whether it may be shown. */
const WRONG: readonly (readonly [name: string, value: string, shown: boolean])[] = [
  ['PORT', 'abc', true],
  ['PORT', '70000', true],
  ['LOG_LEVEL', 'loud', true],
  ['LOG_FORMAT', 'xml', true],
  ['CHANNELS', 'web,fax', false],
  ['PUBLIC_URL', 'chat.example', true],
  ['SECRET_KEY', 'short', false],
  ['ADMIN_TOKEN', 'guessable', false],
  ['MONGODB_URI', 'nonsense', false],
  ['FLOWS_DIR', 'nowhere', true],
  ['DEMO_API', 'maybe', true],
];

describe('parley start', function () {
  this.timeout(30_000);
  let dir: Awaited<ReturnType<typeof folder>>;
  before(async () => (dir = await folder()));
  after(() => dir.remove());

  it('stops over a wrong setting with one clear line that names it, and leaves nothing behind', async () => {
    const start = ([name, value]: (typeof WRONG)[number]): ReturnType<typeof parley> =>
      parley(['start'], { cwd: dir.path, env: { PORT: '0', DATA_DIR: 'wrong', [name]: value } });
    const ran = [
      ...(await Promise.all(WRONG.slice(0, 6).map(start))),
      ...(await Promise.all(WRONG.slice(6).map(start))),
    ];
    for (const [i, [name, value, shown]] of WRONG.entries()) {
      const { code, out, err } = ran[i] ?? { code: null, out: '', err: '' };
      expect([code, out], `${name}: ${err}`).to.deep.equal([1, '']);
      expect(err).to.match(new RegExp(`^parley: ${name} .*\n  .*\n$`));
      // A secret that is nearly right must not end up in a log.
      if (!shown && name !== 'CHANNELS') expect(err).not.to.contain(`"${value}"`);
      else expect(err).to.contain(value.split(',').at(-1));
    }
    expect(await stat(join(dir.path, 'wrong')).catch(() => null)).to.equal(null);
  });

  it('says in one line that its port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = String(typeof address === 'object' ? address?.port : '');
    const { code, out, err } = await parley(['start'], {
      cwd: dir.path,
      env: { PORT: port, DATA_DIR: 'busy', LOG_LEVEL: 'warn' },
    });
    other.close();
    expect([code, out]).to.deep.equal([1, '']);
    expect(err).to.match(new RegExp(`^parley: port ${port} on 127\\.0\\.0\\.1 is in use\n  .*PORT.*\n$`));
  });

  it('needs no setting at all, tells where to go, and shows the admin token once', async () => {
    const started = performance.now();
    // Only the port, as 3000 may be taken here.
    const server = await serve({ cwd: dir.path, env: { PORT: '0' } });
    const answer = await fetch(`${server.url}/healthz`);
    expect([answer.status, performance.now() - started < 10_000]).to.deep.equal([200, true]);
    const url = server.url.replace('127.0.0.1', 'localhost');
    expect(server.output).to.contain(`Chat:      ${url}/w/order-status   (Order status)`);
    expect(server.output).to.match(/Terminal: {2}npm run chat/);
    expect(server.output)
      .to.contain(`Demo API:  ${url}/demo`)
      .and.match(/Store: +embedded, in \.\/data/);
    const kept = join(dir.path, 'data', 'keys.json');
    const { adminToken, secretKey } = JSON.parse(await readFile(kept, 'utf8')) as {
      adminToken: string;
      secretKey: string;
    };
    expect(server.output.split(adminToken)).to.have.length(2);
    expect(server.output).not.to.contain(secretKey);
    expect(Buffer.from(secretKey, 'base64')).to.have.length(32);
    if (process.platform !== 'win32') expect(((await stat(kept)).mode & 0o777).toString(8)).to.equal('600');
    expect(await server.stop()).to.equal(0);

    const again = await serve({ cwd: dir.path, env: { PORT: '0' } });
    expect(again.output).not.to.contain(adminToken);
    expect(await again.stop()).to.equal(0);
    const after = JSON.parse(await readFile(kept, 'utf8')) as object;
    expect(after).to.deep.equal({ adminToken, secretKey });
  });

  it('tells which channels are off and what each needs', async () => {
    const server = await serve({
      cwd: dir.path,
      env: { PORT: '0', DATA_DIR: 'off', CHANNELS: 'web', DEMO_API: 'off' },
    });
    await server.stop();
    expect(server.output).to.match(/^ {2}Off: +Terminal: add console to CHANNELS$/m);
    expect(server.output).not.to.contain('Demo API');
  });
});
