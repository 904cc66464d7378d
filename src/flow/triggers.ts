import type { Contact } from '../domain/contact.ts';
import type { Trigger } from '../domain/flow.ts';
import { foldWords } from '../domain/text.ts';
import type { Scope } from '../domain/turn.ts';
import { cronProblem } from './cron.ts';
import type { Findings } from './diagnostic.ts';
import { reportProblem } from './kit.ts';
import type { DataPath, YamlFile } from './read.ts';
import { compileTest } from './rules.ts';
import type { RuleContext } from './rules.ts';
import type { FlowFile, ScheduleParams } from './schema.ts';

type Schedule = Extract<Trigger, { kind: 'schedule' }>;

/** The triggers, their keywords as folded words; what is wrong with a schedule is reported here. */
export function compileTriggers(file: FlowFile, yaml: YamlFile, findings: Findings): Trigger[] {
  return (file.triggers ?? []).map((trigger, i): Trigger => {
    if (trigger.keywords !== undefined) return { kind: 'keywords', keywords: trigger.keywords.map(foldWords) };
    if (trigger.catch_all !== undefined) return { kind: 'catch_all' };
    if (trigger.event !== undefined) return { kind: 'event', event: trigger.event };
    if (trigger.schedule !== undefined)
      return compileSchedule(trigger.schedule, ['triggers', i, 'schedule'], {
        yaml,
        findings,
        language: file.language ?? 'en',
      });
    return trigger.new_contact === undefined ? { kind: 'link' } : { kind: 'new_contact' };
  });
}

interface Context {
  readonly yaml: YamlFile;
  readonly findings: Findings;
  /** BCP 47 tag of the flow. */
  readonly language: string;
}

function compileSchedule({ cron, timezone, audience }: ScheduleParams, path: DataPath, on: Context): Schedule {
  const problem = cronProblem(cron);
  if (problem !== null)
    on.findings.add('bad-cron', on.yaml.locate([...path, 'cron']), problem, 'for example "0 9 * * 1-5"');
  if (!isTimezone(timezone)) {
    const text = `there is no time zone "${timezone}"`;
    on.findings.add('bad-timezone', on.yaml.locate([...path, 'timezone']), text, 'write one as America/Bogota or UTC');
  }
  const meant = audience === undefined ? () => true : compileAudience(audience, [...path, 'audience'], timezone, on);
  return { kind: 'schedule', cron: cron.trim(), timezone, audience: meant };
}

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) instanceof Intl.DateTimeFormat;
  } catch {
    return false;
  }
}

/** Operators that look at the contact as a whole, and rules that bring their own values. */
const WHOLE = new Set(['all', 'any', 'none', 'not', 'if', 'channel_is', 'language_is']);

/** A rule over one contact: `field: plan` is short for `value: "@contact.plan"`. */
function compileAudience(
  written: NonNullable<ScheduleParams['audience']>,
  path: DataPath,
  timezone: string,
  on: Context,
): Schedule['audience'] {
  const { field, ...rule } = written;
  const value = field === undefined ? rule.value : `@contact.${field.replace(/^contact\./, '')}`;
  const context = ruleContext(on);
  if (value === undefined && !Object.keys(rule).some((key) => WHOLE.has(key)))
    context.problem('missing-key', 'nothing says which field of the contact is looked at', path, 'add field: plan');
  const test = compileTest({ ...rule, ...(value === undefined ? {} : { value }) }, path, context);
  return (contact, now) => test.run(undefined, scopeOf(contact, now, timezone, on.language)).kind === 'match';
}

/** An audience knows contacts, and no variables of a flow. */
function ruleContext({ yaml, findings }: Context): RuleContext {
  return {
    language: (path) => ({
      known: { variables: new Map(), aliases: new Map() },
      problem: ({ code, offset, text, hint }) => findings.add(code, yaml.locateIn(path, offset), text, hint),
      used: () => undefined,
    }),
    problem: (code, text, path, hint) => reportProblem({ file: yaml, findings }, code, text, path, hint),
  };
}

/** What rules can read when no conversation asks: the contact and the time. */
function scopeOf(contact: Contact, now: number, timezone: string, language: string): Scope {
  return {
    variables: {},
    contact,
    extra: undefined,
    message: null,
    flowId: '',
    blockId: '',
    serverUrl: '',
    language,
    timezone,
    world: { now: () => now, id: () => contact.id, random: () => 0, derive: () => '' },
    tracing: false,
    resume: () => ({ token: '', url: '' }),
    integration: () => undefined,
    record: () => undefined,
  };
}
