import { expect } from 'chai';
import { dataFolder } from '../api/kit.ts';
import { newKey } from '../integrations/kit.ts';
import { folder, parley, serve } from './run.ts';
import type { Ran, Serving } from './run.ts';

describe('parley commands: reaching the server or the store', function () {
  this.timeout(60_000);
  let data: Awaited<ReturnType<typeof dataFolder>>;
  let dir: Awaited<ReturnType<typeof folder>>;
  let server: Serving;
  before(async () => {
    data = await dataFolder();
    dir = await folder();
    server = await serve({ cwd: dir.path, env: { PORT: '0', DATA_DIR: data.path } });
  });
  after(async () => {
    await server.stop();
    await dir.remove();
    await data.remove();
  });
  const list = (env: Record<string, string>): Promise<Ran> =>
    parley(['secrets', 'list'], { cwd: dir.path, env: { DATA_DIR: data.path, ...env } });

  it('a server is found by its port or its public address', async () => {
    const { port } = new URL(server.url);
    for (const env of [{ PORT: port }, { PORT: '0', PUBLIC_URL: server.url }] as Record<string, string>[])
      expect(await list(env)).to.deep.include({ code: 0, err: '' });
  });

  it('says what to do when the store is held by a server that cannot be asked', async () => {
    const { port } = new URL(server.url);
    const away = await list({ PORT: '1' });
    expect([away.code, away.out]).to.deep.equal([1, '']);
    expect(away.err).to.match(
      /is in use by process \d+\n {2}A server has it, and does not answer where PORT, HOST and PUBLIC_URL say/,
    );
    const stranger = await list({ PORT: port, ADMIN_TOKEN: 'another-token-0123456789' });
    expect(stranger.err).to.match(/The server at .* refuses the token: set ADMIN_TOKEN/);
  });

  it('a server of somebody else is left alone', async () => {
    const { port } = new URL(server.url);
    const other = await dataFolder();
    const ran = await list({
      PORT: port,
      DATA_DIR: other.path,
      ADMIN_TOKEN: 'another-token-0123456789',
      SECRET_KEY: newKey(),
    });
    expect(ran).to.deep.include({ code: 0, err: '' });
    await other.remove();
  });

  it('contacts: shows nobody, and says so', async () => {
    const env = { DATA_DIR: data.path, PORT: new URL(server.url).port };
    const [listed, shown, reset] = await Promise.all(
      [['list'], ['show', 'web:nobody'], ['reset', 'web:nobody']].map((args) =>
        parley(['contacts', ...args], { cwd: dir.path, env }),
      ),
    );
    expect(listed).to.deep.include({ code: 0, out: 'there are no contacts\n' });
    expect([shown?.code, shown?.err.includes('no contact "web:nobody"')]).to.deep.equal([1, true]);
    expect(reset?.code).to.equal(1);
  });

  it('contacts: lists one who is in a flow, and takes it out', async () => {
    const env = { DATA_DIR: data.path, PORT: new URL(server.url).port };
    const started = await fetch(`${server.url}/api/chat/order-status/start`, { method: 'POST' });
    const { session } = (await started.json()) as { session: string };
    const contacts = (...args: readonly string[]): Promise<Ran> =>
      parley(['contacts', ...args], { cwd: dir.path, env });
    expect((await contacts('list')).out).to.match(/^web:\S+ +in order-status at \w+, waits for reply\n$/);
    expect((await contacts('reset', `web:${session}`)).out).to.contain('is ended');
    expect((await contacts('show', `web:${session}`)).out).to.contain('in no flow');
    expect((await contacts('reset', `web:${session}`)).out).to.contain('is in no flow');
  });
});
