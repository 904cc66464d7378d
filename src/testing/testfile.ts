import { z } from 'zod';
import { eventName, jsonValue as json, span, variableName } from '../blocks/fields.ts';
import { isObject, own } from '../domain/json.ts';
import { Findings } from '../flow/diagnostic.ts';
import type { Diagnostic } from '../flow/diagnostic.ts';
import { reportIssues } from '../flow/issues.ts';
import { readYaml } from '../flow/read.ts';
import type { YamlFile } from '../flow/read.ts';
import { mockSchema } from './mocks.ts';

/** What a contact does: words, a press, something sent, a code. */
export const userSays = z.union([
  z.string(),
  z.strictObject({
    text: z.string().optional(),
    choice: z.string().optional(),
    image: z.string().optional(),
    document: z.string().optional(),
    location: z.tuple([z.number(), z.number()]).optional(),
    code: z.enum(['right', 'wrong']).optional(),
  }),
]);

/** Something from outside: a resume by the token the flow has read, an event, or a person of the team. */
export const outside = z.union([
  z.strictObject({ name: eventName, data: json.optional() }),
  z.strictObject({
    resume: z.union([z.string().min(1), z.literal(true)]),
    data: z.record(z.string(), json).optional(),
  }),
  z.strictObject({ handback: z.literal(true) }),
  z.strictObject({ agent: z.string().min(1) }),
]);

const botSays = z.union([
  z.string(),
  z.strictObject({ text: z.string().optional(), buttons: z.array(z.string()).optional() }),
]);

const expectation = z.strictObject({
  variables: z.record(z.string(), json).optional(),
  contact: z.record(z.string(), json).optional(),
  block: z.string().optional(),
  flow: z.string().optional(),
  calls: z.int().min(0).optional(),
  ended: z.boolean().optional(),
  redirect_url: z.string().optional(),
  waiting_for: z.enum(['reply', 'call', 'outside', 'time', 'human']).optional(),
  extra: z.record(z.string(), json).optional(),
  events: z.array(z.union([z.string(), z.strictObject({ name: z.string(), data: json.optional() })])).optional(),
  started: z
    .array(
      z.union([
        z.string(),
        z.strictObject({
          flow: z.string(),
          contact: z.string().optional(),
          variables: z.record(z.string(), json).optional(),
        }),
      ]),
    )
    .optional(),
});

const step = z
  .strictObject({
    user: userSays.optional(),
    bot: z.union([botSays, z.array(botSays).min(1)]).optional(),
    advance: span.optional(),
    event: outside.optional(),
    start: z
      .union([
        z.literal(true),
        z.strictObject({ block: z.string().optional(), variables: z.record(z.string(), json).optional() }),
      ])
      .optional(),
    set: z.record(variableName, json).optional(),
    goto: z.string().min(1).optional(),
    expect: expectation.optional(),
  })
  .refine((s) => Object.keys(s).length === 1, {
    message: 'a step has exactly one of user, bot, advance, event, start, set, goto and expect',
  });

/** One flow test, as its file states it. */
export const testSchema = z.strictObject({
  test: z.string().min(1),
  note: z.string().optional(),
  flow: z.string().min(1),
  channel: z.string().default('web'),
  language: z.string().optional(),
  now: z.iso.datetime({ offset: true }).optional(),
  seed: z.int().optional(),
  mocks: z.array(mockSchema).optional(),
  dialogue: z.array(step).min(1),
});

/** A flow test. A file may hold one, or several under `tests`. */
export type FlowTest = z.output<typeof testSchema>;
export type Step = FlowTest['dialogue'][number];
export type Expectation = z.output<typeof expectation>;
export type OutsideStep = z.output<typeof outside>;
export type UserSays = z.output<typeof userSays>;
export type BotSays = z.output<typeof botSays>;

const severalSchema = z.strictObject({ tests: z.array(testSchema).min(1) });

/** A test file read, with the place of everything in it. */
export interface TestFile {
  readonly file: string;
  readonly tests: readonly { readonly test: FlowTest; readonly path: readonly (string | number)[] }[];
  readonly yaml: YamlFile;
}

/** Reads a test file; what is wrong with it is reported like what is wrong with a flow. */
export function readTestFile(text: string, file: string): TestFile | readonly Diagnostic[] {
  const findings = new Findings(file);
  const yaml = readYaml(text, findings);
  if (yaml === null) return findings.list();
  // Decided first, so that what is said of a file is said of the shape its author had in mind.
  const schema = isObject(yaml.data) && own(yaml.data, 'tests') === undefined ? testSchema : severalSchema;
  const parsed = schema.safeParse(yaml.data);
  if (!parsed.success) {
    reportIssues(parsed.error.issues, { file: yaml, findings, base: [], schema, data: yaml.data });
    return findings.list();
  }
  const { data } = parsed;
  const tests =
    'tests' in data ? data.tests.map((test, i) => ({ test, path: ['tests', i] })) : [{ test: data, path: [] }];
  return { file, tests, yaml };
}
