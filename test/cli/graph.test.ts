import { expect } from 'chai';
import { folder, parley } from './run.ts';

describe('parley graph', function () {
  this.timeout(30_000);
  let dir: Awaited<ReturnType<typeof folder>>;
  before(
    async () =>
      (dir = await folder({ 'bad/bad.yaml': 'flow: bad\nname: Bad\nblocks:\n  - id: a\n    type: mesage\n' })),
  );
  after(() => dir.remove());
  const graph = (flow: string, env = {}): ReturnType<typeof parley> => parley(['graph', flow], { cwd: dir.path, env });

  it('draws a flow by its id and by its file', async () => {
    const [byId, byFile] = await Promise.all([graph('order-status'), graph('flows/order-status.yaml')]);
    expect([byId.code, byId.err]).to.deep.equal([0, '']);
    expect(byFile).to.deep.equal(byId);
    expect(byId.out).to.match(/^---\ntitle: "Order status"\n---\nflowchart TD\n/);
    expect(byId.out).to.contain('  b_lookup -- "on_timeout" --> b_too_slow\n');
    // Every arrow begins and ends at a box that is drawn.
    const lines = byId.out.split('\n');
    const drawn = new Set(lines.flatMap((line) => /^ {2}(\w+)[[({]/.exec(line)?.[1] ?? []));
    const arrows = lines.flatMap((line) => /^ {2}(\w+) -.*-> (\w+)$/.exec(line)?.slice(1) ?? []);
    expect(arrows.length).to.be.greaterThan(20);
    expect(arrows.filter((name) => !drawn.has(name))).to.deep.equal([]);
  });

  it('says what was meant, and what is wrong', async () => {
    const [near, bad] = await Promise.all([graph('order-statu'), graph('bad', { FLOWS_DIR: 'bad' })]);
    expect(near).to.deep.equal({
      code: 1,
      out: '',
      err: 'parley: there is no flow "order-statu"\n  did you mean "order-status"?\n',
    });
    expect([bad.code, bad.out]).to.deep.equal([1, '']);
    expect(bad.err).to.match(/^bad\/bad\.yaml:5:11: error unknown-block-type: /);
  });
});
