import { join } from 'node:path';
import { expect } from 'chai';
import { openStore } from '../../src/store/index.ts';
import { freePort } from '../support/server.ts';
import { folder, parley, serve } from './run.ts';
import type { Ran, Serving } from './run.ts';

/** The same commands, with a running server and without one. */
for (const place of ['store', 'server'] as const)
  describe(`parley tokens, dead-letters (on the ${place})`, function () {
    this.timeout(60_000);
    let dir: Awaited<ReturnType<typeof folder>>;
    let server: Serving | undefined;
    let env: Record<string, string>;

    before(async () => {
      dir = await folder({
        'flows/echo.yaml':
          'flow: echo\ntriggers: [ { catch_all: true } ]\nblocks:\n  - { id: m, type: message, text: "you said @message.text" }\n',
      });
      env = {
        DATA_DIR: join(dir.path, 'data'),
        FLOWS_DIR: join(dir.path, 'flows'),
        ADMIN_TOKEN: 'an-admin-token-of-a-test',
      };
      const store = await openStore({ dataDir: env['DATA_DIR'] ?? '' });
      const entry = { kind: 'message', id: 'm1', at: 1, message: { text: 'hello' } };
      const body = { contact: 'test:ana', entry, reason: 'a bug', at: '2026-01-05T09:00:00.000Z' };
      await store.put({ kind: 'dead_letter', id: 'test:ana/m1', order: '1', body });
      await store.close();
      if (place === 'server') {
        env = { ...env, PORT: String(await freePort()) };
        server = await serve({ cwd: dir.path, env });
      }
    });
    after(async () => {
      await server?.stop();
      await dir.remove();
    });

    const run = (...args: readonly string[]): Promise<Ran> => parley(args, { cwd: dir.path, env });

    it('a token is made, shown once, listed without itself, and revoked', async () => {
      const made = await run('tokens', 'add', 'shop', '--scope', 'contacts:read', 'events:write', '--expires', '90d');
      expect(made).to.include({ code: 0 });
      expect(made.out).to.match(/^parley_[\w-]{43}\n$/);
      const listed = await run('tokens', 'list');
      expect(listed.out).to.match(/shop\s+20.*contacts:read,events:write/);
      expect(listed.out).not.to.include(made.out.trim());
      const id = /^(\w+)/.exec(listed.out)?.[1] ?? '';
      expect((await run('tokens', 'revoke', id)).code).to.equal(0);
      expect((await run('tokens', 'list')).out).to.include('there are no tokens');
    });

    it('wrong use is told', async () => {
      expect((await run('tokens', 'add', 'shop')).code).to.equal(2);
      expect((await run('tokens', 'add', 'shop', '--scope', 'flows:read', '--expires', 'soon')).code).to.equal(2);
      expect((await run('tokens', 'add', 'shop', '--scope', 'everything')).err).to.include('"everything"');
    });

    it('a dead letter is listed, shown and tried again', async () => {
      const listed = await run('dead-letters', 'list');
      expect(listed.out).to.match(/test:ana\s+message\s+a bug/);
      const id = /^(\w+)/.exec(listed.out)?.[1] ?? '';
      expect((await run('dead-letters', 'show', id)).out).to.include('"text": "hello"');
      expect((await run('dead-letters', 'retry', id)).code).to.equal(0);
      expect((await run('dead-letters', 'list')).out).to.include('there are no dead letters');
      expect((await run('dead-letters', 'show', id)).code).to.equal(1);
    });
  });
