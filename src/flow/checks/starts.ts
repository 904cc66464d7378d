import type { Flow, Trigger } from '../../domain/flow.ts';
import { startsWithWords } from '../../domain/text.ts';
import type { Findings } from '../diagnostic.ts';
import type { YamlFile } from '../read.ts';

/** A flow with the file it stands in. */
export interface Started {
  readonly flow: Flow | null;
  readonly yaml: YamlFile | null;
}

/** A keyword of some flow, and the index of its trigger. */
interface Keyword {
  readonly flow: Flow;
  readonly words: readonly string[];
  readonly index: number;
}

/** Every keyword of a set of flows by its first word: made once, so that many flows are checked as fast as few. */
export type Keywords = ReadonlyMap<string, readonly Keyword[]>;

/** Collects the keywords of flows. */
export function keywordsOf(files: readonly Started[]): Keywords {
  const all = files.flatMap(({ flow }) => (flow === null ? [] : ownKeywords(flow)));
  const byFirst = new Map<string, Keyword[]>();
  for (const keyword of all) {
    const first = keyword.words[0] ?? '';
    byFirst.set(first, [...(byFirst.get(first) ?? []), keyword]);
  }
  return byFirst;
}

function ownKeywords(flow: Flow): Keyword[] {
  return flow.triggers.flatMap((trigger, index) =>
    trigger.kind === 'keywords' ? trigger.keywords.map((words) => ({ flow, words, index })) : [],
  );
}

/** Keywords that start two flows, and keywords that are the beginning of another flow's. */
export function checkKeywords({ flow, yaml }: Started, keywords: Keywords, findings: Findings): void {
  if (flow === null || yaml === null) return;
  for (const { words, index } of ownKeywords(flow)) {
    const others = (keywords.get(words[0] ?? '') ?? []).filter(
      (each) => each.flow !== flow && overlap(each.flow, flow),
    );
    const same = others.find((each) => each.words.join(' ') === words.join(' '));
    const longer = others.find((each) => each.words.length > words.length && startsWithWords(each.words, words));
    const at = yaml.locate(['triggers', index]);
    const written = words.join(' ');
    if (same !== undefined)
      findings.add(
        'same-keyword',
        at,
        `the keyword "${written}" also starts the flow "${same.flow.id}"`,
        'a message starts one flow: give them different keywords or channels',
      );
    else if (longer !== undefined)
      findings.add(
        'keyword-prefix',
        at,
        `"${longer.words.join(' ')}" starts the flow "${longer.flow.id}", not this one by "${written}"`,
      );
  }
}

const ONE_ONLY: ReadonlySet<Trigger['kind']> = new Set(['catch_all', 'new_contact']);

/** Triggers that only one flow of a channel can have: the first by id wins, the others never start. */
export function checkTriggers({ flow, yaml }: Started, files: readonly Started[], findings: Findings): void {
  if (flow === null || yaml === null) return;
  for (const [index, { kind }] of flow.triggers.entries()) {
    if (!ONE_ONLY.has(kind)) continue;
    const other = files.find((file) => file.flow !== null && file.flow !== flow && takes(file.flow, kind, flow))?.flow;
    if (other === undefined || other === null) continue;
    const [first] = [flow.id, other.id].sort((a, b) => a.localeCompare(b));
    findings.add(
      'same-trigger',
      yaml.locate(['triggers', index]),
      `the flow "${other.id}" has ${kind} too, and a message starts only "${first}"`,
      'keep it in one of them, or give them different channels',
    );
  }
}

function takes(other: Flow, kind: Trigger['kind'], flow: Flow): boolean {
  return overlap(other, flow) && other.triggers.some((trigger) => trigger.kind === kind);
}

/** True when some channel has both flows; `whatsapp` and `whatsapp-cloud` are such a pair. */
function overlap(a: Flow, b: Flow): boolean {
  if (a.channels === null || b.channels === null) return true;
  return a.channels.some((one) => b.channels?.some((other) => standsFor(one, other) || standsFor(other, one)) === true);
}

function standsFor(name: string, channel: string): boolean {
  return channel === name || channel.startsWith(`${name}-`);
}
