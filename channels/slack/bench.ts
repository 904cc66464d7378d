import { setTimeout as pause } from 'node:timers/promises';
import type { BenchPort } from '../../src/channel/bench.ts';
import type { BenchAnswer } from '../../src/domain/bench.ts';
import { ParleyError, messageOf } from '../../src/domain/error.ts';
import { toText } from '../../src/domain/json.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { Aside, InThread } from './aside.ts';
import { helpText, readCommand } from './bench-commands.ts';
import type { Command } from './bench-commands.ts';
import { mayTry } from './bench-rights.ts';
import { BenchVoice } from './bench-voice.ts';
import { flowsText, wordsOf } from './bench-words.ts';
import { showPressed } from './conversations.ts';
import { NotTaken } from './intake.ts';
import { threadAddress } from './place.ts';
import type { Press } from './press.ts';
import { remember } from '../../src/channel/recent.ts';
import type { Slack } from './slack.ts';
import { escapeText } from './text.ts';

/** Threads that are known here, and messages of them that are known to have come. */
const KEPT = 1000;

/** Slack wants to hear of a command within 3 s: so long (ms) an error of its beginning can still be its answer. */
const PATIENCE = 1200;

/** A thread in which somebody tries a flow. */
interface Thread {
  readonly channel: string;
  readonly thread: string;
  readonly flow: string;
  /** The simulation; empty until it has begun. */
  id: string;
  trace: boolean;
  /** What is under way: one thing after the other. */
  last: Promise<void>;
}

/**
 * Slack as a test bench: each thread is one simulated contact, whose words are what people write there. Slash commands
 * are not to be had in threads, so a command begins with `!` there, or names the bot.
 */
export class SlackBench implements Aside {
  private readonly slack: Slack;
  private readonly voice: BenchVoice;
  private readonly threads = new Map<string, Thread>();
  /** The thread that somebody has begun last in a channel. */
  private readonly latest = new Map<string, Thread>();
  private readonly seen = new Map<string, true>();
  /** Threads that are none, or none any more. */
  private readonly others = new Map<string, boolean>();

  constructor(slack: Slack) {
    this.slack = slack;
    this.voice = new BenchVoice(slack);
  }

  /** A slash command of the bench; answers what only the person who typed it sees. */
  async command(text: string, channel: string, user: string): Promise<string> {
    const { host, settings } = this.slack;
    const not = mayTry(channel, user, settings);
    if (not !== null) return not;
    if (host.bench === undefined) return 'This server has no test bench.';
    const command = readCommand(text, (written, known) => host.bench?.meant(written, known) ?? null);
    if (command.kind === 'problem') return `${command.text}. \`/parley help\` shows all commands.`;
    if (command.kind === 'help') return helpText('/parley ');
    if (command.kind === 'flows') return flowsText(host.bench);
    if (command.kind === 'start') return this.start(host.bench, command.wanted, channel, user);
    const thread = this.latest.get(`${channel}:${user}`);
    if (thread === undefined)
      return 'You try no flow here yet: `/parley start <flow>` begins. `/parley flows` lists them.';
    this.inTurn(thread, () => this.obey(command, thread));
    return `The answer is in your thread of ${escapeText(thread.flow)}.`;
  }

  async said(said: InThread): Promise<boolean> {
    const { channel, thread: first, user, id, message, mentioned } = said;
    const thread = this.threads.get(threadAddress(channel, first));
    if (thread === undefined) return this.isOver(channel, first, user);
    if (this.seen.has(id)) return true;
    remember(this.seen, KEPT, id, true);
    if (mayTry(channel, user, this.slack.settings) !== null) return true;
    const text = message.text.trim();
    if (mentioned || /^![^!]/.test(text)) this.inTurn(thread, () => this.obeyText(text.replace(/^!/, ''), thread));
    else this.inTurn(thread, () => this.contactSays({ ...message, text: text.replace(/^!!/, '!') }, thread));
    return true;
  }

  async pressed(press: Press): Promise<boolean> {
    const { channel, thread: first, user, id, label, choice } = press;
    const thread = this.threads.get(threadAddress(channel, first));
    if (thread === undefined) return this.isOver(channel, first, user);
    const not = mayTry(channel, user, this.slack.settings);
    if (not !== null) await this.voice.privately(channel, first, user, not);
    if (not !== null || this.seen.has(id)) return true;
    remember(this.seen, KEPT, id, true);
    this.inTurn(thread, async () => {
      await showPressed(this.slack, press);
      await this.step(thread, { user: { text: label, choice } });
    });
    return true;
  }

  private async start(bench: BenchPort, wanted: JsonObject, channel: string, user: string): Promise<string> {
    const starting = bench.start(wanted);
    const failed = starting.then(
      () => null,
      (error: unknown) => wordsOf(error),
    );
    // A flow that begins with a call goes on; what is wrong with the command is known at once.
    const problem = await Promise.race([failed, pause(PATIENCE, null, { ref: false })]);
    if (problem !== null) return problem;
    const root = this.root(wanted, starting, channel, user);
    return (await Promise.race([root, pause(PATIENCE, null, { ref: false })])) ?? '';
  }

  /** Opens the thread; answers why there is none, or null. */
  private async root(
    wanted: JsonObject,
    starting: ReturnType<BenchPort['start']>,
    channel: string,
    user: string,
  ): Promise<string | null> {
    const flow = toText(wanted['flow']);
    const posted = await this.voice.root(channel, user, flow, toText(wanted['channel'] ?? 'web'));
    if (posted.kind === 'failed') {
      // Nobody could talk with it.
      starting
        .then(({ id }) => this.slack.host.bench?.end(id))
        .catch((error: unknown) => this.slack.host.log('warn', 'a try did not end', { reason: messageOf(error) }));
      return posted.failure.sent.reason;
    }
    const thread: Thread = { channel, thread: posted.ts, flow, id: '', trace: false, last: Promise.resolve() };
    remember(this.threads, KEPT, threadAddress(channel, posted.ts), thread);
    remember(this.latest, KEPT, `${channel}:${user}`, thread);
    // What is written meanwhile waits for the beginning.
    this.inTurn(thread, async () => {
      const { id, ...answer } = await starting;
      thread.id = id;
      await this.tell(thread, answer);
    });
    await this.note(channel, posted.ts);
    return null;
  }

  /** Best effort: without it, whoever writes there after a restart hears nothing. */
  private async note(channel: string, thread: string): Promise<void> {
    const { host } = this.slack;
    try {
      await host.notes?.set(noteOf(channel, thread), 'tried');
    } catch (error) {
      host.log('warn', 'a thread of the test bench could not be noted', { reason: messageOf(error) });
    }
  }

  private async obeyText(text: string, thread: Thread): Promise<void> {
    const command = readCommand(text, (written, known) => this.slack.host.bench?.meant(written, known) ?? null);
    await this.obey(command, thread);
  }

  private async obey(command: Command, thread: Thread): Promise<void> {
    const { bench } = this.slack.host;
    if (bench === undefined) return;
    switch (command.kind) {
      case 'problem':
        return this.voice.quietly(thread, [
          `${command.text}. \`!help\` shows all commands; begin with \`!!\` to say it to the flow.`,
        ]);
      case 'help':
        return this.voice.quietly(thread, [helpText('!')]);
      case 'flows':
        return this.voice.quietly(thread, [flowsText(bench)]);
      case 'start':
        return this.voice.quietly(thread, [
          'Another flow gets a thread of its own: `/parley start` in the channel. `!reset` starts this one again.',
        ]);
      case 'vars':
        return this.voice.standing(thread, bench.state(thread.id));
      case 'trace':
        thread.trace = command.on;
        return this.voice.quietly(thread, [
          command.on ? 'Each answer is followed by how it came about.' : 'Answers stand alone again.',
        ]);
      case 'save':
        return this.voice.file(thread, thread.flow, await bench.test(thread.id, command.name));
      case 'step':
        return this.step(thread, command.step);
    }
  }

  private async contactSays(message: InThread['message'], thread: Thread): Promise<void> {
    const { text, attachments = [] } = message;
    const [media] = attachments;
    const file = media === undefined ? {} : { [media.type === 'image' ? 'image' : 'document']: media.url };
    await this.step(thread, { user: media === undefined ? text : { text, ...file } });
  }

  private async step(thread: Thread, step: JsonObject): Promise<void> {
    const answer = await this.slack.host.bench?.step(thread.id, step);
    if (answer !== undefined) await this.tell(thread, answer);
  }

  private async tell(thread: Thread, answer: BenchAnswer): Promise<void> {
    const words = thread.trace ? (this.slack.host.bench?.words(answer.trace) ?? []) : [];
    await this.voice.answer(thread, answer, words);
  }

  /** One thing after the other; what goes wrong is told in the thread. */
  private inTurn(thread: Thread, work: () => Promise<void>): void {
    thread.last = thread.last.then(work).catch(async (error: unknown) => {
      await this.voice.quietly(thread, [wordsOf(error)]);
      if (!(error instanceof ParleyError))
        this.slack.host.log('error', `a bug: the test bench failed: ${messageOf(error)}`);
    });
  }

  /** True for a thread in which a flow was tried once: whoever writes there is told once that it is over. */
  private async isOver(channel: string, first: string, user: string): Promise<boolean> {
    const key = threadAddress(channel, first);
    const known = this.others.get(key);
    const over = known ?? (await this.wasTried(channel, first));
    remember(this.others, 10 * KEPT, key, over);
    if (!over) return false;
    if (this.seen.has(`${key} ${user}`)) return true;
    remember(this.seen, KEPT, `${key} ${user}`, true);
    const why =
      'This try is over: the server was started again, or another one has it. `/parley start` begins a new one.';
    await this.voice.privately(channel, first, user, why);
    return true;
  }

  private async wasTried(channel: string, thread: string): Promise<boolean> {
    try {
      return ((await this.slack.host.notes?.get(noteOf(channel, thread))) ?? null) !== null;
    } catch (error) {
      throw new NotTaken(messageOf(error));
    }
  }
}

function noteOf(channel: string, thread: string): string {
  return `bench ${threadAddress(channel, thread)}`;
}
