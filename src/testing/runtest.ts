import { shownRequest } from '../domain/call.ts';
import type { Flow } from '../domain/flow.ts';
import { toText } from '../domain/json.ts';
import type { Json } from '../domain/json.ts';
import type { Inbound } from '../domain/message.ts';
import type { Position } from '../flow/diagnostic.ts';
import { compareSaid } from './compare.ts';
import { Mismatch, expectNow } from './expect.ts';
import { goToEntry, setEntry } from './bench-entry.ts';
import { Mocks } from './mocks.ts';
import { Simulator } from './simulator.ts';
import type { TestFlows } from './simulator.ts';
import type { FlowTest, OutsideStep, Step, TestFile, UserSays } from './testfile.ts';
import { FrozenWorld } from './world.ts';

/** How one test ended. */
export interface TestResult {
  readonly name: string;
  readonly file: string;
  readonly ms: number;
  readonly failure?: Failure;
}

/** What did not happen as written: where in the test, and which block spoke. */
export interface Failure {
  readonly message: string;
  readonly at: Position;
  /** `file:line` of the block that spoke last. */
  readonly block?: string;
}

/** Runs one test of a file against live flows. */
export function runTest(file: TestFile, index: number, flows: TestFlows): TestResult {
  const entry = file.tests[index];
  if (entry === undefined) throw new RangeError(`the file has no test ${index}`);
  const { test, path } = entry;
  const started = performance.now();
  const place = (at: readonly (string | number)[]): Position => file.yaml.locate([...path, ...at]);
  const run = new TestRun(test, flows);
  const result = (failure?: Failure): TestResult => ({
    name: test.test,
    file: file.file,
    ms: performance.now() - started,
    ...(failure === undefined ? {} : { failure }),
  });
  for (const [i, step] of [...test.dialogue, {} as Step].entries()) {
    try {
      run.step(step, i);
    } catch (error) {
      if (!(error instanceof Mismatch)) throw error;
      const at = place(i < test.dialogue.length ? ['dialogue', i] : ['dialogue', i - 1]);
      return result({ message: error.message, at, ...run.speaker() });
    }
  }
  return result();
}

class TestRun {
  private readonly test: FlowTest;
  private readonly flows: TestFlows;
  private readonly mocks: Mocks;
  private readonly simulator: Simulator;

  constructor(test: FlowTest, flows: TestFlows) {
    this.test = test;
    this.flows = flows;
    this.mocks = new Mocks(test.mocks ?? []);
    const world = new FrozenWorld(test.now === undefined ? undefined : Date.parse(test.now), test.seed);
    const language = test.language === undefined ? {} : { language: test.language };
    this.simulator = new Simulator({
      flows: this.only(),
      world,
      channel: test.channel,
      ...language,
      answer: (call) => this.mocks.reply(call),
    });
  }

  /** Runs one step; an empty one stands for the end of the test, where nothing may be left unsaid. */
  step(step: Step, index: number): void {
    if (this.flows.current(this.test.flow) === undefined)
      throw new Mismatch(`there is no flow "${this.test.flow}" that checks`);
    if (step.bot !== undefined) {
      if (index === 0) this.simulator.start(this.test.flow);
      return this.hear(Array.isArray(step.bot) ? step.bot : [step.bot]);
    }
    if (step.expect === undefined) this.nothingLeft();
    if (step.user !== undefined) this.say(step.user, index);
    else if (step.event !== undefined) this.outside(step.event);
    else if (step.advance !== undefined) this.simulator.advance(step.advance);
    else if (step.start !== undefined)
      this.simulator.start(this.test.flow, step.start === true ? {} : definedOnly(step.start));
    else if (step.set !== undefined) this.simulator.take(setEntry(step.set, this.simulator));
    else if (step.goto !== undefined) this.simulator.take(goToEntry(step.goto, this.test.flow, this.simulator));
    else if (step.expect !== undefined) expectNow(step.expect, this.simulator);
    this.allAnswered();
  }

  /** Which block spoke last, and where it stands. */
  speaker(): { block?: string } {
    const delivery = this.simulator.said[0] ?? this.last;
    if (delivery === undefined) return {};
    const flow = this.flows.current(delivery.flow);
    const block = flow?.blocks.get(delivery.block);
    return flow === undefined || block === undefined ? {} : { block: `${flow.file}:${block.line} (${block.id})` };
  }

  private last: Simulator['said'][number] | undefined;

  /** Tests see their own flow first: another flow's keyword must not take its messages. */
  private only(): TestFlows {
    const { flows, test } = this;
    const wanted = (): Flow | undefined => flows.current(test.flow);
    return {
      current: (id) => flows.current(id),
      all: () => [wanted()].filter((flow) => flow !== undefined),
      integration: (id) => flows.integration?.(id),
    };
  }

  private say(written: UserSays, index: number): void {
    const message = inbound(written, () => this.code());
    const fresh = index === 0 && this.simulator.conversation.session === null;
    this.simulator.message(message);
    if (fresh && this.simulator.conversation.session === null && this.simulator.said.length === 0)
      this.simulator.start(this.test.flow);
  }

  private code(): string {
    const code = this.simulator.code();
    if (code === null) throw new Mismatch('no code was sent that the contact could write');
    return code;
  }

  private outside(written: OutsideStep): void {
    if ('name' in written) this.simulator.event(written.name, written.data ?? null);
    else if ('agent' in written) this.simulator.agent(written.agent);
    else if ('handback' in written) this.simulator.handback();
    else if (!this.simulator.resume(written.data ?? {}))
      throw new Mismatch('the flow has read neither @resume.url nor @resume.token, so nobody could resume it');
  }

  private hear(wanted: readonly Parameters<typeof compareSaid>[0][]): void {
    this.allAnswered();
    for (const want of wanted) {
      const delivery = this.simulator.said[0];
      const problem = compareSaid(want, delivery?.message);
      if (problem !== null) throw new Mismatch(problem);
      this.last = this.simulator.said.shift();
    }
  }

  private nothingLeft(): void {
    const [unexpected] = this.simulator.said;
    if (unexpected !== undefined)
      throw new Mismatch(
        `the bot said something that the test does not expect:\n  + ${toText(unexpected.message.text ?? '(no text)')}`,
      );
  }

  private allAnswered(): void {
    const endless = this.simulator.events.find((event) => event.kind === 'error' && event.code === 'endless_events');
    if (endless?.kind === 'error') throw new Mismatch(endless.text);
    const [call] = this.mocks.unanswered;
    if (call === undefined) return;
    const { method, url } = shownRequest(call.request);
    throw new Mismatch(`no mock answers the call of block "${call.block}": ${method} ${url}`);
  }
}

/** A code of the same length that is not this one: every digit is another. */
function otherCode(code: string): string {
  return code.replaceAll(/\d/g, (digit) => String((Number(digit) + 1) % 10));
}

function definedOnly(start: { block?: string | undefined; variables?: Readonly<Record<string, Json>> | undefined }): {
  block?: string;
  variables?: Readonly<Record<string, Json>>;
} {
  return {
    ...(start.block === undefined ? {} : { block: start.block }),
    ...(start.variables === undefined ? {} : { variables: start.variables }),
  };
}

/** What the contact does, as a message; `code` is asked for the one-time code that was sent. */
export function inbound(written: UserSays, code: () => string): Inbound {
  if (typeof written === 'string') return { text: written };
  if (written.code !== undefined) return { text: written.code === 'right' ? code() : otherCode(code()) };
  const { text, choice, image, document, location } = written;
  const media =
    image === undefined
      ? document === undefined
        ? []
        : [{ type: 'document' as const, url: document }]
      : [{ type: 'image' as const, url: image }];
  return {
    text: text ?? choice ?? '',
    ...(choice === undefined ? {} : { choice }),
    ...(media.length === 0 ? {} : { attachments: media }),
    ...(location === undefined ? {} : { location: { latitude: location[0], longitude: location[1] } }),
  };
}
