import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { folder, parley } from './run.ts';

const FAILING = `tests:
  - test: "says <something> & \\"more\\""
    flow: order-status
    dialogue:
      - bot: /Hello/
      - bot: What is your name?
  - test: passes
    flow: order-status
    dialogue:
      - bot: [ /Hello/, /order number/ ]
  - test: is elsewhere
    flow: order-status
    dialogue:
      - bot: [ /Hello/, /order number/ ]
      - expect: { block: goodbye }
  - test: cannot be read
    flow: order-status
    dialogue:
      - bot: "/(/"
`;

describe('parley test', function () {
  this.timeout(30_000);
  let dir: Awaited<ReturnType<typeof folder>>;
  before(async () => {
    dir = await folder({
      'failing.test.yaml': FAILING,
      'broken.test.yaml': 'test: x\nflow: order-status\ndialog: []\n',
    });
  });
  after(() => dir.remove());
  const test = (...args: readonly string[]): ReturnType<typeof parley> => parley(['test', ...args], { cwd: dir.path });

  it('passes for the flows that come along', async () => {
    const { code, out, err } = await test();
    expect([code, err], out).to.deep.equal([0, '']);
    const passed = out.split('\n').filter((line) => line.startsWith('✓ ')).length;
    expect(out.trimEnd().split('\n').at(-1)).to.equal(`${passed} passed, 0 failed`);
    expect(passed).to.be.greaterThan(5);
  });

  it('shows what was said instead, where the test says it and which block spoke', async () => {
    const { code, out } = await test('failing.test.yaml', '--junit', 'report.xml');
    expect(code).to.equal(1);
    const flow = await readFile(join(dir.path, 'flows/order-status.yaml'), 'utf8');
    const block = flow.split('\n').findIndex((line) => line.includes('id: order_number')) + 1;
    expect(out).to.contain(
      [
        '✗ says <something> & "more"',
        '  failing.test.yaml:6:9: the bot said something else:',
        '    - What is your name?',
        '    + What is your order number?',
        `  spoken by flows/order-status.yaml:${block} (order_number)`,
        '✓ passes',
      ].join('\n'),
    );
    expect(out).to.match(
      /✗ is elsewhere\n {2}failing\.test\.yaml:15:9: block:\n {4}- "goodbye"\n {4}\+ "order_number"/,
    );
    expect(out).to.match(/✗ cannot be read\n {2}failing\.test\.yaml:19:9: Invalid regular expression/);
    expect(out).to.match(/\n1 passed, 3 failed\n$/);
    const report = await readFile(join(dir.path, 'report.xml'), 'utf8');
    expect(tagsOf(report)).to.deep.equal({ testsuites: 1, testsuite: 1, testcase: 4, failure: 3 });
    expect(report)
      .to.contain('tests="4" failures="3"')
      .and.contain('name="says &lt;something&gt; &amp; &quot;more&quot;"');
  });

  it('tells what is wrong with a test file', async () => {
    const { code, out } = await test('broken.test.yaml');
    expect(code).to.equal(1);
    expect(out).to.match(
      /broken\.test\.yaml:3:1: error unknown-key: "dialog" is not a key here\n +hint: did you mean "dialogue"\?/,
    );
    expect(out).to.match(/\n0 passed, 1 failed\n$/);
  });

  it('says so when the report cannot be written', async () => {
    const { code, err } = await test('--junit', 'no/such/folder/report.xml');
    expect(code).to.equal(2);
    expect(err).to.match(/^parley: the report cannot be written: .*\n.*\n$/);
  });
});

/** How many elements of each name; throws unless every one is closed where it should be and no text is half escaped. */
function tagsOf(xml: string): Record<string, number> {
  const count: Record<string, number> = {};
  const open: string[] = [];
  const body = xml.replace(/^<\?xml [^?]*\?>\n/, '');
  for (const [, text = '', close, name = '', attributes = '', alone] of body.matchAll(
    /([^<]*)<(\/?)([a-z]+)((?: [a-z]+="[^"<]*")*)(\/?)>/g,
  )) {
    expect(`${text}${attributes}`).not.to.match(/&(?!(?:amp|lt|gt|quot|#\d+);)/);
    if (close === '/') expect(open.pop()).to.equal(name);
    else {
      count[name] = (count[name] ?? 0) + 1;
      if (alone !== '/') open.push(name);
    }
  }
  expect(open).to.deep.equal([]);
  expect(body.replaceAll(/<[^<>]*>/g, '')).not.to.match(/[<>]/);
  return count;
}
