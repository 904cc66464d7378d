import type { SlackBench } from './bench.ts';
import type { Handoff } from './handoff.ts';
import { listenAside } from './aside.ts';
import type { Slack } from './slack.ts';

/** What is beside conversations: the test bench and the team's threads, and the command `/parley` for both. */
export function listenBeside(slack: Slack, bench: SlackBench, handoff: Handoff): void {
  listenAside(slack, [handoff, bench]);
  slack.app.command('/parley', async ({ command, ack }) => {
    const { text, channel_id: channel, user_id: user } = command;
    if (/^\s*return\b/i.test(text)) return ack({ response_type: 'ephemeral', ...(await handoff.list(channel)) });
    const answer = await bench.command(text, channel, user);
    return answer === '' ? ack() : ack({ response_type: 'ephemeral', text: answer });
  });
}
