import { expect } from 'chai';
import type { SlackAnswer } from '../support/slack-server.ts';
import { Workspace } from './slack-kit.ts';

const FLOW = `
flow: hello
triggers: [{ catch_all: true }]
blocks:
  - { id: done, type: end, text: "Hello @contact.name." }
`;

describe('slack: names of people', function () {
  this.timeout(60_000);
  let work: Workspace;
  beforeEach(async () => (work = await Workspace.open('http', FLOW)));
  afterEach(() => work.close());

  const refused: SlackAnswer = () => ({ ok: false, error: 'missing_scope' });

  it('falls back to the real name', async () => {
    await work.say('hi', { user: 'U2' });
    expect(await work.said()).to.deep.equal(['Hello Ben Oak.']);
    expect(work.slack.bodies('users.info')).to.deep.equal([{ user: 'U2', include_locale: 'true' }]);
  });

  it('does without them where the app may not ask, and then does not ask again', async () => {
    work.slack.answers.set('users.info', refused);
    for (const user of ['U1', 'U2', 'U1']) expect(await work.say('hi', { user })).to.equal(true);
    expect(await work.said()).to.have.length(3);
    expect(work.slack.bodies('users.info')).to.have.length(1);
  });

  it('asks again after a fault', async () => {
    work.slack.once('users.info', () => ({ status: 500 }));
    for (const _ of [1, 2, 3]) expect(await work.say('hi')).to.equal(true);
    await work.said();
    expect(work.slack.bodies('users.info')).to.have.length(2);
  });

  it('does not wait for Slack longer than Slack waits for us', async () => {
    work.slack.once('users.info', () => ({ status: 200, silent: true }));
    expect(await work.say('hi')).to.equal(true);
    expect(await work.said()).to.have.length(1);
  });
});

describe('slack: files', function () {
  this.timeout(60_000);
  let work: Workspace;
  before(async () => {
    work = await Workspace.open('http', FLOW, { env: { OUTBOUND_ALLOW: '127.0.0.1' } });
    work.slack.answers.set('files.info', ({ file }) =>
      file === 'F1'
        ? { ok: true, file: { id: 'F1', url_private: `${work.slack.url}/files/F1`, mimetype: 'image/png', size: 9 } }
        : file === 'F2'
          ? { ok: true, file: { id: 'F2', url_private: 'https://evil.example/F2', mimetype: 'image/png' } }
          : file === 'F3'
            ? { ok: true, file: { id: 'F3', url_private: `${work.slack.url}/sign-in`, mimetype: 'text/plain' } }
            : { ok: false, error: 'file_not_found' },
    );
  });
  after(() => work.close());

  /** Sends a file to the bot, and answers the path under which a flow gets it. */
  const pathOf = async (id: string): Promise<string> => {
    await work.say('', { subtype: 'file_share', files: [{ id, name: 'a.png', mimetype: 'image/png' }] });
    await work.said();
    const entry = work.server.turns.at(-1)?.entry;
    const [file] = entry?.kind === 'message' ? (entry.message.attachments ?? []) : [];
    const { pathname, search } = new URL(file?.url ?? '');
    return pathname + search;
  };

  it('passes a file on to whoever has its signed address', async () => {
    const answer = await fetch(work.server.url + (await pathOf('F1')));
    expect([answer.status, await answer.text()]).to.deep.equal([200, 'bytes of /files/F1']);
    expect(answer.headers.get('content-type')).to.equal('image/png');
    expect(answer.headers.get('content-security-policy')).to.contain('sandbox');
  });

  it('gives nothing without the signature, or with that of another file', async () => {
    const path = await pathOf('F1');
    for (const wrong of [path.split('?')[0], path.replace('/F1', '/F2'), `${path}x`, path.replace('/F1', '/F1%2F..')])
      expect((await fetch(work.server.url + String(wrong))).status, wrong).to.equal(404);
    expect(work.slack.bodies('files.info').filter(({ file }) => file === 'F2')).to.deep.equal([]);
  });

  it('never sends the token to another host, and takes no page to sign in for a file', async () => {
    for (const id of ['F2', 'F3', 'F4'])
      expect((await fetch(work.server.url + (await pathOf(id)))).status, id).to.equal(404);
  });
});
