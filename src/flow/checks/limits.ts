import { own } from '../../domain/json.ts';
import type { Limits } from '../../domain/limits.ts';
import type { Code } from '../codes.ts';
import type { Findings } from '../diagnostic.ts';
import type { Draft } from '../draft.ts';
import { suggestion } from '../language/suggest.ts';
import type { YamlFile } from '../read.ts';
import { partsOf, rawBlock } from './parts.ts';
import type { Offered, Parts, Said } from './parts.ts';
import { checkWindow } from './window.ts';

/** What the channels can show, by their names. */
export type ChannelLimits = ReadonlyMap<string, Limits>;

interface Named {
  readonly name: string;
  readonly limits: Limits;
}

interface Context {
  readonly yaml: YamlFile;
  readonly findings: Findings;
  readonly channels: readonly Named[];
}

/**
 * Holds what a flow says against the limits of the channels it names. A flow that names none is made for any channel
 * and takes what they make of it. The tightest channel is the one that is told.
 */
export function checkLimits(yaml: YamlFile, drafts: readonly Draft[], limits: ChannelLimits, findings: Findings): void {
  const names = own(yaml.data, 'channels');
  if (!Array.isArray(names) || limits.size === 0) return;
  const channels = names.flatMap((name, i) => channelsCalled(String(name), i, { yaml, findings, limits }));
  if (channels.length === 0) return;
  for (const draft of drafts) checkBlock(draft, partsOf(draft), { yaml, findings, channels });
  checkWindow(drafts, { yaml, findings, channels });
}

/** The channels that a name stands for: `whatsapp` means each of WhatsApp's. */
function channelsCalled(
  name: string,
  index: number,
  { yaml, findings, limits }: { yaml: YamlFile; findings: Findings; limits: ChannelLimits },
): Named[] {
  const found = [...limits].filter(([known]) => known === name || known.startsWith(`${name}-`));
  if (found.length === 0) {
    const known = [...limits.keys()];
    const hint = suggestion(name, [...known, 'whatsapp']) ?? `channels: ${known.join(', ')}`;
    findings.add('unknown-channel', yaml.locate(['channels', index]), `there is no channel "${name}"`, hint);
  }
  return found.map(([known, each]) => ({ name: known, limits: each }));
}

function checkBlock(draft: Draft, parts: Parts, on: Context): void {
  const offers = parts.offers.length > 0;
  for (const said of parts.texts) {
    const beside = offers && said.path.length === draft.path.length + 1;
    over('text-too-long', said, ({ text, body }) => (beside ? Math.min(text, body ?? text) : text), on);
  }
  for (const said of parts.captions) over('caption-too-long', said, ({ caption }) => caption, on);
  for (const said of parts.openers)
    over('label-too-long', said, ({ list, listButton }) => (list > 0 ? listButton : undefined), on);
  for (const offered of parts.offers) checkOffer(offered, on);
  checkTemplate(draft, on);
}

const BECOMES: Partial<Record<Code, string>> = {
  'text-too-long': 'make it shorter, or say it in several blocks; as it is, it is cut at a paragraph, sentence or word',
  'caption-too-long': 'make it shorter; as it is, it follows as a text of its own',
  'label-too-long': 'make it shorter; as it is, the options become a list or numbered lines',
};

/** Reports a text that is longer than a channel takes. */
function over(code: Code, said: Said, limitOf: (limits: Limits) => number | undefined, on: Context): void {
  const [tightest] = on.channels
    .flatMap(({ name, limits }) => ({ name, limit: limitOf(limits) ?? Number.POSITIVE_INFINITY }))
    .sort((a, b) => a.limit - b.limit);
  if (tightest === undefined || said.length <= tightest.limit) return;
  const has = `this has ${said.exact ? '' : 'at least '}${said.length} characters`;
  on.findings.add(code, on.yaml.locate(said.path), `${has}; ${tightest.name} shows ${tightest.limit}`, BECOMES[code]);
}

/** Counts and labels, on the channels that have buttons or lists at all. */
function checkOffer(offered: Offered, on: Context): void {
  const able = { ...on, channels: on.channels.filter(({ limits }) => limits.buttons + limits.list > 0) };
  const count = offered.labels.length;
  for (const { name, limits } of able.channels) {
    const most = roomFor(offered.key, limits);
    if (count <= most) continue;
    const listed = count <= limits.list && offered.key === 'buttons';
    const code = listed ? 'too-many-buttons' : 'too-many-options';
    const text = `these are ${count}; ${name} shows ${most}, so they become ${listed ? 'a list' : 'numbered lines'}`;
    on.findings.add(code, on.yaml.locate(offered.path), text, `offer at most ${most}, or ask in two steps`);
  }
  for (const label of offered.labels)
    over('label-too-long', label, (limits) => labelRoom(offered.key, count, limits), able);
  for (const below of offered.descriptions) over('label-too-long', below, ({ description }) => description, able);
}

/** `choices` are shown as whatever there is room for; buttons and lists are meant as such. */
function roomFor(key: string, limits: Limits): number {
  if (key === 'buttons') return limits.buttons > 0 ? limits.buttons : limits.list;
  return Math.max(limits.list, limits.buttons);
}

function labelRoom(key: string, count: number, limits: Limits): number {
  if (key === 'buttons' && count <= limits.buttons) return limits.buttonLabel;
  return Math.max(limits.listLabel, count <= limits.buttons ? limits.buttonLabel : 0);
}

/** A template says nothing on channels that have none, unless there is a text beside it. */
function checkTemplate(draft: Draft, on: Context): void {
  const block = rawBlock(on.yaml, draft);
  const without = on.channels.find(({ limits }) => limits.templates !== true);
  if (own(block, 'template') === undefined || own(block, 'text') !== undefined || without === undefined) return;
  on.findings.add(
    'template-without-text',
    on.yaml.locateKey([...draft.path, 'template']),
    `${without.name} has no templates, and there is no text to say instead`,
    'add text: with what the template says',
  );
}
