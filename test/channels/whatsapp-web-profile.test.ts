import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstat, mkdtemp, rm, symlink } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { freeProfile } from '../../channels/whatsapp-web/profile.ts';
import { usedMemory } from '../../channels/whatsapp-web/used-memory.ts';

describe('whatsapp web: a login that is locked', () => {
  let folder: string;
  let lock: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-wweb-'));
    lock = join(folder, 'SingletonLock');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const isLocked = (): Promise<boolean> =>
    lstat(lock).then(
      () => true,
      () => false,
    );

  it('without a lock there is nothing to do', () => freeProfile(folder));

  for (const [name, owner] of [
    ['a container that is gone', 'another-host-12'],
    ['a process that is gone', `${hostname()}-999999999`],
    ['a process that is no browser', `${hostname()}-${process.pid}`],
    ['nobody', 'odd'],
  ] as const)
    it(`a lock of ${name} is taken away`, async () => {
      await symlink(owner, lock);
      await freeProfile(folder);
      expect(await isLocked()).to.equal(false);
    });

  it('a browser that lost its parent is ended, with its lock', async () => {
    const args = ['-e', 'setInterval(() => undefined, 1000)', '--', `--user-data-dir=${folder}`];
    const browser = spawn(process.execPath, args, { stdio: 'ignore' });
    await once(browser, 'spawn');
    await symlink(`${hostname()}-${browser.pid}`, lock);
    const ended = once(browser, 'exit');
    await freeProfile(folder);
    expect((await ended)[1]).to.equal('SIGKILL');
    expect(await isLocked()).to.equal(false);
  });

  it('the memory of a process includes that of its children', async () => {
    const alone = await usedMemory(process.pid);
    const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' });
    await once(child, 'spawn');
    const together = await usedMemory(process.pid);
    child.kill('SIGKILL');
    expect(alone).to.be.greaterThan(1024 * 1024);
    expect(together).to.be.greaterThan(0);
  });
});
