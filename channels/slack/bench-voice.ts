import { fit } from '../../src/channel/fit.ts';
import { SLACK } from '../../src/channel/limits.ts';
import type { BenchAnswer, Standing } from '../../src/domain/bench.ts';
import { messageOf } from '../../src/domain/error.ts';
import { render } from './blocks.ts';
import { failureOf } from './errors.ts';
import type { Place } from './place.ts';
import type { Posted } from './post.ts';
import { quietBlocks } from './quiet.ts';
import type { Slack } from './slack.ts';
import { escapeText } from './text.ts';

/** What the test bench says in its threads. Nothing here rejects: what cannot be said is in the log. */
export class BenchVoice {
  private readonly slack: Slack;

  constructor(slack: Slack) {
    this.slack = slack;
  }

  /** The message whose thread is the conversation. */
  async root(channel: string, user: string, flow: string, as: string): Promise<Posted> {
    const who = /^[UW][A-Z0-9]+$/.test(user) ? `<@${user}>` : escapeText(user);
    const text = `*${escapeText(flow)}* as ${escapeText(as)}, tried by ${who}. What is written in this thread is what the contact says; \`!help\` shows what else can be done.`;
    return this.slack.post({ channel }, { text });
  }

  /** What the bot says to the contact, then in small letters what people should know beside it. */
  async answer(place: Place, { said, team, state }: BenchAnswer, trace: readonly string[]): Promise<void> {
    for (const piece of said.flatMap((message) => fit(message, SLACK)))
      await this.noted(this.slack.post(spot(place), render(piece)));
    const told = team.map(({ channel, event, message }) => {
      const text = message.text ?? message.media?.url ?? '';
      return escapeText(`to the team on ${channel} (${event})${text === '' ? '' : `: ${text}`}`);
    });
    const silent = said.length === 0 && team.length === 0 ? ['the bot says nothing'] : [];
    const over = state.flow === null ? ['the flow is over; `!reset` starts it again'] : [];
    await this.quietly(place, [...trace.map(escapeText), ...told, ...silent, ...over]);
  }

  /** Lines in small letters. */
  async quietly(place: Place, lines: readonly string[]): Promise<void> {
    for (const message of quietBlocks(lines)) await this.noted(this.slack.post(spot(place), message));
  }

  /** Where the contact is, and all variables. */
  async standing(place: Place, { flow, block, waiting_for: waits, variables, now }: Standing): Promise<void> {
    const where = flow === null ? 'the flow is over' : `${flow} › ${block ?? ''}, waiting for ${waits ?? 'nothing'}`;
    const values = Object.entries(variables).map(([name, value]) => {
      const shown = JSON.stringify(value) ?? '';
      return escapeText(`${name} = ${shown.length > 300 ? `${shown.slice(0, 300)}…` : shown}`);
    });
    await this.quietly(place, [escapeText(`${where}; the clock says ${now}`), ...values]);
  }

  /** A flow test as a file in the thread. */
  async file(place: Place, flow: string, content: string): Promise<void> {
    const { channel, thread } = place;
    const filename = `${flow}.test.yaml`;
    const comment = 'Put it into `flows/tests/`; `parley test` runs it.';
    const options = { channel_id: channel, filename, title: filename, content, initial_comment: comment };
    try {
      await this.slack.app.client.filesUploadV2(thread === undefined ? options : { ...options, thread_ts: thread });
    } catch (error) {
      const { reason } = failureOf(error).sent;
      await this.quietly(place, [escapeText(`the test could not be posted: ${reason}`)]);
    }
  }

  /** Something that only one person sees. */
  async privately(channel: string, thread: string, user: string, text: string): Promise<void> {
    try {
      await this.slack.app.client.chat.postEphemeral({ channel, user, text, thread_ts: thread });
    } catch (error) {
      this.slack.host.log('warn', 'somebody could not be told something', { reason: messageOf(error) });
    }
  }

  private async noted(posting: Promise<Posted>): Promise<void> {
    const posted = await posting;
    if (posted.kind === 'failed')
      this.slack.host.log('warn', 'the test bench could not say something', { reason: posted.failure.sent.reason });
  }
}

/** A place, and nothing else that a thread may know. */
function spot({ channel, thread }: Place): Place {
  return thread === undefined ? { channel } : { channel, thread };
}
