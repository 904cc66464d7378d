import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { checkClock, checkLastWrite } from '../../src/wiring/doctor/clock.ts';
import { checkFlows } from '../../src/wiring/doctor/flows.ts';
import { checkFolder, checkNode, diskFinding } from '../../src/wiring/doctor/machine.ts';
import { configOf, lines } from './kit.ts';

describe('doctor: machine', () => {
  it('Node as package.json wants it', () => {
    for (const [version, state] of [
      ['20.19.0', 'ok'],
      ['20.20.2', 'ok'],
      ['22.0.0', 'ok'],
      ['20.18.3', 'problem'],
      ['18.20.0', 'problem'],
    ] as const)
      expect(checkNode(version, '>=20.19').state, version).to.equal(state);
  });

  it('room on the disk, and whose disk it is', () => {
    const disk = (megabytes: number, type = 0xef53): string[] =>
      lines(diskFinding({ type, bsize: 4096, bavail: megabytes * 256 }, true));
    expect(disk(50)).to.deep.equal(['problem only 50 MB are free where DATA_DIR is']);
    expect(disk(500)).to.deep.equal(['note 500 MB are free where DATA_DIR is']);
    expect(disk(2560)).to.deep.equal(['ok 2.5 GB are free where DATA_DIR is']);
    expect(disk(2560, 0x6969)[1]).to.match(/^problem DATA_DIR is on a network share/);
    expect(diskFinding({ type: 0x6969, bsize: 4096, bavail: 1_000_000 }, false)).to.have.length(1);
  });

  it('the data folder: not there yet, open to others, and a file in its place', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'parley-doctor-'));
    const look = async (name: string): Promise<string[]> =>
      lines(await checkFolder(configOf({ DATA_DIR: join(dir, name) }))).filter((line) => !line.includes('are free'));
    try {
      expect((await look('a/b'))[0]).to.match(/^ok DATA_DIR .* will be made by the first start$/);
      await mkdir(join(dir, 'closed'), { mode: 0o700 });
      expect((await look('closed'))[0]).to.match(/^ok DATA_DIR .* can be written/);
      await mkdir(join(dir, 'open'));
      await chmod(join(dir, 'open'), 0o755);
      await writeFile(join(dir, 'open/keys.json'), '{}');
      await chmod(join(dir, 'open/keys.json'), 0o644);
      const [folder, keys] = await look('open');
      expect(folder).to.match(/^note other users .* DATA_DIR \(mode 755\)$/);
      expect(keys).to.match(/^problem other users .* can read .*keys\.json \(mode 644\)$/);
      await writeFile(join(dir, 'file'), '');
      expect((await look('file'))[0]).to.match(/^problem DATA_DIR/);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });

  it('the clock, against another and against the past', () => {
    expect(checkClock(1_000_000, 1_000_900, 'MongoDB')).to.deep.equal({
      state: 'ok',
      text: 'the clock agrees with that of MongoDB',
    });
    expect(lines([checkClock(1_000_000, 1_010_000, 'MongoDB')])).to.deep.equal([
      'note the clock is 10 s behind that of MongoDB',
    ]);
    expect(lines([checkClock(1_100_000, 1_000_000, 'the server')])).to.deep.equal([
      'problem the clock is 100 s ahead of that of the server',
    ]);
    expect(checkLastWrite(1_000_000, 900_000).state).to.equal('ok');
    expect(lines([checkLastWrite(0, 3_600_000)])[0]).to.match(/^problem the clock is behind .* 1970-01-01T01:00/);
  });
});

describe('doctor: flows', () => {
  let dir: string;
  beforeEach(async () => (dir = await mkdtemp(join(tmpdir(), 'parley-doctor-'))));
  afterEach(() => rm(dir, { recursive: true, force: true }));
  const look = async (files: Record<string, string>, env: Record<string, string> = {}): Promise<string[]> => {
    for (const [name, text] of Object.entries(files)) await writeFile(join(dir, name), text);
    return lines(await checkFlows(configOf({ FLOWS_DIR: dir, ...env })));
  };
  const GOOD = 'flow: a\ntriggers: [{ link: true }]\nblocks: [{ id: x, type: end, text: Bye }]\n';

  it('counts what check finds', async () => {
    expect(await look({})).to.deep.equal(['note there are no flows']);
    expect(await look({ 'a.yaml': GOOD })).to.deep.equal(['ok 1 flow without errors or warnings']);
    expect(await look({ 'b.yaml': 'flow: b\nblocks: [{ id: x, type: nonsense }]\n' })).to.deep.equal([
      'problem the flows have 1 error, so some are not live as written',
    ]);
    expect(await look({}, { FLOWS_DIR: join(dir, 'none') })).to.match(/^problem FLOWS_DIR names .* not there/);
  });

  it('a flow that no open channel speaks, and an SMS action that is not there', async () => {
    const found = await look({ 'a.yaml': `${GOOD}channels: [whatsapp]\n` }, { SMS_ACTION: 'sms.send' });
    expect(found.slice(1)).to.deep.equal([
      'note the flow a speaks only whatsapp, and none of that is on',
      'problem SMS_ACTION names sms.send, which is no action that checks',
    ]);
    expect(await look({}, { CHANNELS: 'whatsapp-web' })).to.have.length(1);
  });
});
