import type { Flow } from '../domain/flow.ts';
import { own, toText } from '../domain/json.ts';
import type { Json } from '../domain/json.ts';
import type { Inbound } from '../domain/message.ts';
import type { LiveFlows } from '../conversation/routing.ts';
import { follow, parsePath } from '../flow/language/path.ts';
import { equal } from '../flow/language/values.ts';
import type { Position } from '../flow/diagnostic.ts';
import { compareSaid } from './compare.ts';
import { Mocks } from './mocks.ts';
import { Simulator } from './simulator.ts';
import type { Expectation, FlowTest, Step, TestFile } from './testfile.ts';
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

class Mismatch extends Error {}

/** Runs one test of a file against live flows. */
export function runTest(file: TestFile, index: number, flows: LiveFlows): TestResult {
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
  private readonly flows: LiveFlows;
  private readonly mocks: Mocks;
  private readonly simulator: Simulator;

  constructor(test: FlowTest, flows: LiveFlows) {
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
      answer: (call) => this.mocks.answer(call),
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
    else if (step.advance !== undefined) this.simulator.advance(step.advance);
    else if (step.start !== undefined)
      this.simulator.start(this.test.flow, step.start === true ? {} : definedOnly(step.start));
    else if (step.expect !== undefined) this.expect(step.expect);
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
  private only(): LiveFlows {
    const { flows, test } = this;
    const wanted = (): Flow | undefined => flows.current(test.flow);
    return { current: (id) => flows.current(id), all: () => [wanted()].filter((flow) => flow !== undefined) };
  }

  private say(written: NonNullable<Step['user']>, index: number): void {
    const message = inbound(written);
    const fresh = index === 0 && this.simulator.conversation.session === null;
    this.simulator.message(message);
    if (fresh && this.simulator.conversation.session === null && this.simulator.said.length === 0)
      this.simulator.start(this.test.flow);
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
    const [call] = this.mocks.unanswered;
    if (call !== undefined)
      throw new Mismatch(
        `no mock answers the call of block "${call.block}": ${call.request.method} ${call.request.url}`,
      );
  }

  private expect(wanted: Expectation): void {
    const { conversation, calls, lines } = this.simulator;
    const { session, contact } = conversation;
    const ended = lines.findLast((line) => line.kind === 'ended');
    this.same('ended', wanted.ended, session === null);
    this.same('block', wanted.block, session?.block);
    this.same('flow', wanted.flow, session?.flow);
    this.same('calls', wanted.calls, calls.length);
    this.same('redirect_url', wanted.redirect_url, ended?.redirect_url);
    const variables = session?.variables ?? this.lastVariables();
    for (const [path, value] of Object.entries(wanted.variables ?? {}))
      this.same(`variable ${path}`, value, valueAt(variables, path));
    const fields = { ...contact.fields, name: contact.name, language: contact.language };
    for (const [path, value] of Object.entries(wanted.contact ?? {}))
      this.same(`contact ${path}`, value, valueAt(fields, path));
  }

  /** After the end of a session its variables are read from the trace. */
  private lastVariables(): Readonly<Record<string, Json>> {
    return Object.fromEntries(
      this.simulator.events.flatMap((event) => (event.kind === 'variable_set' ? [[event.name, event.value]] : [])),
    );
  }

  private same(what: string, wanted: Json | undefined, found: Json | undefined): void {
    if (wanted === undefined || equal(wanted, found ?? null)) return;
    throw new Mismatch(`${what}:\n  - ${JSON.stringify(wanted)}\n  + ${JSON.stringify(found ?? null)}`);
  }
}

function valueAt(variables: { readonly [key: string]: Json | undefined }, path: string): Json | undefined {
  return own(variables, path) ?? follow(variables, parsePath(path) ?? [path]);
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

function inbound(written: NonNullable<Step['user']>): Inbound {
  if (typeof written === 'string') return { text: written };
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
