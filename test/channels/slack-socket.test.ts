import { expect } from 'chai';
import { Router } from 'express';
import { slack as slackChannel } from '../../channels/slack/index.ts';
import { FakeHost, FakeWorld } from '../support/fake-host.ts';
import { SlackServer } from '../support/slack-server.ts';
import { Workspace, slackEnv } from './slack-kit.ts';

const FLOW = `
flow: hello
triggers: [{ catch_all: true }]
blocks:
  - { id: done, type: end, text: "Hello." }
`;

describe('slack by socket mode', function () {
  this.timeout(60_000);
  let work: Workspace | undefined;
  afterEach(async () => work?.close());

  it('connects again after a broken connection, and after Slack has asked for it', async () => {
    work = await Workspace.open('socket', FLOW);
    const { slack } = work;
    expect(slack.connections).to.equal(1);
    slack.drop();
    await slack.until(() => slack.connections === 2);
    expect(await work.say('hi')).to.equal(true);
    slack.refresh();
    await slack.until(() => slack.connections === 3);
    expect(await work.say('hi again')).to.equal(true);
    expect(await work.said()).to.deep.equal(['Hello.', 'Hello.']);
  });

  it('survives that Slack is away when it wants to connect again', async () => {
    work = await Workspace.open('socket', FLOW);
    const { slack } = work;
    slack.once('apps.connections.open', () => ({ status: 500 }));
    slack.once('apps.connections.open', () => ({ status: 200, lost: true }));
    slack.drop();
    await slack.until(() => slack.connections === 2);
    expect(await work.say('hi')).to.equal(true);
    expect(await work.said()).to.deep.equal(['Hello.']);
  });

  it('connects when Slack comes up after the server', async () => {
    work = await Workspace.open('socket', FLOW, {}, (slack) => {
      slack.once('auth.test', () => ({ status: 500 }));
      slack.once('apps.connections.open', () => ({ ok: false, error: 'internal_error' }));
    });
    const { slack } = work;
    await slack.until(() => slack.connections === 1);
    expect(await work.say('hi')).to.equal(true);
  });

  for (const [method, token] of [
    ['auth.test', 'SLACK_BOT_TOKEN'],
    ['apps.connections.open', 'SLACK_APP_TOKEN'],
  ] as const)
    it(`tells which token Slack does not take: ${token}; the server starts all the same`, async () => {
      const slack = await SlackServer.start();
      slack.answers.set(method, () => ({ ok: false, error: 'invalid_auth' }));
      const host = new FakeHost(Router(), new FakeWorld(() => undefined), []);
      Object.assign(host.env, slackEnv(slack, 'socket'));
      const open = await slackChannel.open(host);
      await open.close();
      await slack.close();
      expect(host.logged.join('\n')).to.contain(token).and.to.contain('(invalid_auth)');
      expect(host.logged.join('\n')).not.to.match(/xoxb-test|xapp-test/);
    });

  it('has no way in by http', async () => {
    work = await Workspace.open('socket', FLOW);
    const answer = await fetch(`${work.server.url}/channels/slack/events`, { method: 'POST', body: '{}' });
    expect(answer.status).to.equal(404);
  });

  it('lets the connection go when the server stops', async () => {
    work = await Workspace.open('socket', FLOW);
    const { slack } = work;
    await work.server.app.close(1000);
    await slack.until(() => slack.open === 0);
    expect(slack.connections).to.equal(1);
  });
});
