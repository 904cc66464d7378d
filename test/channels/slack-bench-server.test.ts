import { expect } from 'chai';
import { slack } from '../../channels/slack/index.ts';
import type { Channel } from '../../src/channel/channel.ts';
import { benchPort } from '../../src/wiring/bench.ts';
import { libraryOf, localCaller, roomOf } from '../support/simulations.ts';
import { Workspace } from './slack-kit.ts';

const LIVE = `
flow: live
triggers: [{ catch_all: true }]
blocks:
  - { id: done, type: end, text: "I am live." }
`;

describe('slack as a test bench, in the whole server', function () {
  this.timeout(60_000);
  it('tries the live flows, as the API does', async () => {
    const env = { SLACK_BENCH_USERS: 'U1', ADMIN_TOKEN: 'a-token-of-an-admin-0123' };
    const work = await Workspace.open('http', LIVE, { env });
    try {
      expect((await work.slash('flows')).text).to.equal('• `live`');
      await work.slash('start live');
      await work.slack.until(() => work.slack.bodies('chat.postMessage').length >= 3);
      expect(work.slack.bodies('chat.postMessage')[1]).to.include({ text: 'I am live.' });
      const headers = { Authorization: `Bearer ${env.ADMIN_TOKEN}`, 'Content-Type': 'application/json' };
      const body = JSON.stringify({ flow: 'live' });
      const url = `${work.server.url}/api/v1/simulations`;
      const answer = await fetch(url, { method: 'POST', headers, body });
      expect([answer.status, await answer.text()].join(' ')).to.match(/^201 .*"I am live\."/);
      expect(work.server.turns).to.deep.equal([]);
    } finally {
      await work.close();
    }
  });
});

describe('slack as a test bench, after a restart', function () {
  this.timeout(60_000);
  it('says that the try is over, once to each person', async () => {
    const { caller, close } = localCaller();
    const bench = benchPort(roomOf({ library: libraryOf(LIVE), caller }));
    const channel: Channel = { ...slack, open: (host) => slack.open({ ...host, bench }) };
    const env = { SLACK_BENCH_USERS: 'U1' };
    const first = await Workspace.open('http', LIVE, { channels: [channel], env, keep: true });
    await first.slash('start live');
    await first.slack.until(() => first.slack.bodies('chat.postMessage').length >= 2);
    await first.close();
    const work = await Workspace.open('http', LIVE, { channels: [channel], env, dir: first.server.dir });
    try {
      const reply = { channel: 'C1', channel_type: 'channel', thread_ts: '1700000100.000001' };
      for (const text of ['hello?', 'anybody?']) await work.say(text, reply);
      const told = work.slack.bodies('chat.postEphemeral');
      expect(told).to.have.length(1);
      expect(told[0]).to.include({ channel: 'C1', user: 'U1', thread_ts: '1700000100.000001' });
      expect(String(told[0]?.['text'])).to.contain('This try is over');
      expect(await work.said()).to.deep.equal([]);
    } finally {
      await work.close();
      await close();
    }
  });
});
