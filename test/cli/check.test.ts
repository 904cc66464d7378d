import { expect } from 'chai';
import { CODES } from '../../src/flow/codes.ts';
import { folder, parley } from './run.ts';

const BAD = `flow: bad
name: Bad
triggers:
  - link: true
blocks:
  - id: a
    type: mesage
    text: "hi"
  - id: q
    type: question
    text: "100% sure?"
    nxt: a
`;

const UNSURE = `flow: unsure
name: Unsure
triggers:
  - link: true
blocks:
  - id: hello
    type: message
    text: "Hello @nobody"
`;

const LONG = `flow: long
channels: [whatsapp]
blocks:
  - id: size
    type: message
    buttons: [S, M, L, XL]
`;

describe('parley check', function () {
  this.timeout(30_000);
  let dir: Awaited<ReturnType<typeof folder>>;
  before(async () => {
    dir = await folder({
      'bad/bad.yaml': BAD,
      'bad/open.yaml': 'flow: [\n',
      'bad/latin.yaml': Buffer.from([0x66, 0xff]),
      'unsure/unsure.yaml': UNSURE,
      'long/long.yaml': LONG,
    });
  });
  after(() => dir.remove());
  const check = (...args: readonly string[]): ReturnType<typeof parley> =>
    parley(['check', ...args], { cwd: dir.path });

  it('finds nothing wrong with the flows that come along', async () => {
    const [text, json, github] = await Promise.all([
      check(),
      check('flows/order-status.yaml', '--format', 'json'),
      check('--format', 'github'),
    ]);
    expect(text).to.deep.equal({ code: 0, out: '8 files: 0 errors, 0 warnings, 0 hints\n', err: '' });
    expect(json).to.deep.equal({ code: 0, out: '[]\n', err: '' });
    expect(github).to.deep.equal({ code: 0, out: '', err: '' });
  });

  it('tells every problem of every file with its place and a hint', async () => {
    const { code, out } = await check('bad');
    expect(code).to.equal(1);
    expect(out).to.contain(
      'bad/bad.yaml:7:11: error unknown-block-type: there is no block type "mesage"\n    hint: did you mean "message"?',
    );
    expect(out).to.match(/^bad\/bad\.yaml:12:5: error unknown-key: .*\n {4}hint: did you mean "next"\?$/m);
    expect(out).to.match(/^bad\/latin\.yaml:1:1: error yaml-encoding: /m);
    expect(out).to.match(/^bad\/open\.yaml:\d+:\d+: error yaml-syntax: /m);
    expect(out).to.match(/\n3 files: 4 errors, 0 warnings, 0 hints\n$/);
  });

  it('tells the same to programs', async () => {
    const [json, github] = await Promise.all([check('bad', '--format', 'json'), check('bad', '--format', 'github')]);
    expect([json.code, github.code]).to.deep.equal([1, 1]);
    const found = JSON.parse(json.out) as {
      file: string;
      line: number;
      column: number;
      severity: string;
      code: string;
      message: string;
      hint?: string;
    }[];
    expect(found[0]).to.deep.equal({
      file: 'bad/bad.yaml',
      line: 7,
      column: 11,
      severity: 'error',
      code: 'unknown-block-type',
      message: 'there is no block type "mesage"',
      hint: 'did you mean "message"?',
    });
    for (const each of found) {
      expect(each).to.include.all.keys('file', 'line', 'column', 'severity', 'code', 'message');
      expect(CODES).to.have.property(each.code);
    }
    const lines = github.out.trimEnd().split('\n');
    expect(lines).to.have.length(found.length);
    expect(lines[0]).to.equal(
      '::error file=bad/bad.yaml,line=7,col=11,title=unknown-block-type::there is no block type "mesage"',
    );
  });

  it('does not fail over warnings and hints', async () => {
    const { code, out } = await check('unsure');
    expect(code).to.equal(0);
    expect(out).to.match(/unsure\.yaml:8:\d+: hint unknown-reference: .*@nobody/);
    expect(out).to.match(/\n1 file: 0 errors, 0 warnings, 1 hints?\n$/);
  });

  it('explains its codes', async () => {
    const { code, out } = await check('--explain', 'maybe-unset');
    expect(code).to.equal(0);
    expect(out).to.contain(`maybe-unset (warning)\n  ${CODES['maybe-unset'].explain}\n`);
    expect(out).to.contain('\n    flow: order\n').and.to.contain('\n  Set the variable on the other paths too');
  });

  it('lists the variables of each block', async () => {
    const list = (format: string): ReturnType<typeof check> =>
      check('flows', '--variables', 'order-status', '--format', format);
    const [text, json] = await Promise.all([list('text'), list('json')]);
    expect([text.code, json.code]).to.deep.equal([0, 0]);
    expect(text.out).to.match(/^\w+ \(flows\/order-status\.yaml:\d+\)\n {2}on none +@\w+/);
    const blocks = JSON.parse(json.out) as readonly object[];
    expect(blocks[0]).to.have.keys('block', 'line', 'always', 'sometimes', 'never');
  });

  it('knows what channels show', async () => {
    const { code, out } = await check('long');
    expect(code).to.equal(0);
    expect(out).to.contain('long/long.yaml:6:14: warning too-many-buttons: these are 4; whatsapp-cloud shows 3');
  });
});
