import { once } from 'node:events';
import { expect } from 'chai';
import { folder, launch, parley } from './run.ts';

const HI = `flow: hi
name: Hi
triggers:
  - link: true
blocks:
  - id: hi
    type: message
    text: "Hi and bye."
`;

const SHIPPED = [
  'bot> Hello! I can look up an order for you.',
  'bot> What is your order number?',
  'bot> One moment, I am checking order CU001…',
  'bot> Good news, Ben Haggerty: order CU001 (Vogue White Wall x 4) was shipped on October 9th. It should be with you by April 3rd.',
  'bot> Would you like to track another order?',
  '     1. Yes',
  '     2. No',
];

describe('parley chat', function () {
  this.timeout(30_000);
  let dir: Awaited<ReturnType<typeof folder>>;
  before(async () => (dir = await folder({ 'other/hi.yaml': HI })));
  after(() => dir.remove());

  it('answers everything that was typed before the end of input, and ends', async () => {
    const inputs = ['CU001\nno\n', 'CU001\r\n\r\n  \nNo', 'CU001\n'];
    const [byWord, unended, open] = await Promise.all(
      inputs.map((input) => parley(['chat', 'order-status'], { cwd: dir.path, input })),
    );
    for (const ran of [byWord, unended]) {
      expect([ran?.code, ran?.err]).to.deep.equal([0, '']);
      expect(ran?.out.trimEnd().split('\n').slice(2)).to.deep.equal([...SHIPPED, 'bot> Thank you, goodbye!']);
    }
    // The input may be over before the conversation is.
    expect(open?.out.trimEnd().split('\n').slice(2)).to.deep.equal(SHIPPED);
    expect(byWord?.out).to.match(/^Order status — /);
  });

  it('shows each step, rule and call with --trace', async () => {
    const { code, out } = await parley(['chat', 'order-status', '--trace'], { cwd: dir.path, input: 'CU001\nno\n' });
    expect(code).to.equal(0);
    expect(out).to.match(/flow order-status starts\n.*▸ welcome \(message\)/);
    expect(out).to.match(/GET http:\/\/127\.0\.0\.1:\d+\/demo\/orders\/CU001\n/);
    expect(out).to.contain('answered 200 → on_success').and.contain('rule has_no: matched no');
    expect(out).to.contain('flow order-status is over (end)');
    expect(SHIPPED.filter((line) => !out.includes(line))).to.deep.equal([]);
  });

  it('ends with a flow that asks nothing, though somebody still sits there', async () => {
    const child = launch(['chat', 'hi'], { cwd: dir.path, env: { FLOWS_DIR: 'other' } });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    const [code] = (await once(child, 'close')) as [number | null];
    expect([code, out.split('\n').at(-2)]).to.deep.equal([0, 'bot> Hi and bye.']);
  });

  it('says what was meant when there is no such flow', async () => {
    const [near, far] = await Promise.all(
      ['order-statsu', 'nonsense'].map((flow) => parley(['chat', flow], { cwd: dir.path })),
    );
    expect([near?.code, near?.out]).to.deep.equal([1, '']);
    expect(near?.err).to.equal('parley: there is no flow "order-statsu" that checks\n  did you mean "order-status"?\n');
    expect([far?.code, far?.out]).to.deep.equal([1, '']);
    expect(far?.err).to.match(/^parley: there is no flow "nonsense" that checks\n {2}.*order-status.*\n$/);
  });

  it('keeps nothing', async () => {
    await parley(['chat'], { cwd: dir.path, input: 'stop\n', env: { DATA_DIR: 'kept' } });
    const { code, err } = await parley(['check', 'kept'], { cwd: dir.path });
    expect([code, err]).to.deep.equal([
      2,
      'parley: there is no file or folder "kept"\n  Run the command with --help.\n',
    ]);
  });
});
