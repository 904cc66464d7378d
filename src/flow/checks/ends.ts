import { own } from '../../domain/json.ts';
import type { Findings } from '../diagnostic.ts';
import type { Draft } from '../draft.ts';
import type { YamlFile } from '../read.ts';
import type { FlowFile } from '../schema.ts';
import { rawBlock } from './parts.ts';

/** Block types that tell somebody outside about the contact, who can then move it on. */
const TELLS = new Set([
  'webhook',
  'external_web_call',
  'custom_integration',
  'wait_for_event',
  'handoff',
  'emit',
  'start_flow',
]);

/**
 * `wait` as a target leaves the contact until something from outside moves it on. When the flow tells nobody outside,
 * nobody will: the contact waits until the session expires.
 */
export function checkDeadEnds(yaml: YamlFile, drafts: readonly Draft[], findings: Findings): void {
  const told = drafts.some(({ type }) => TELLS.has(type)) || /\bresume\.(url|token)\b/i.test(JSON.stringify(yaml.data));
  if (told) return;
  for (const draft of drafts) {
    const exits = draft.exits.filter(({ target }) => target?.kind === 'wait').map(({ path }) => path);
    const paths = draft.next?.kind === 'wait' ? [...exits, [...draft.path, 'next']] : exits;
    for (const path of paths)
      findings.add(
        'dead-end',
        yaml.locate(path),
        `${draft.id} waits for something from outside, but the flow tells nobody outside that it waits`,
        'call out before it (webhook, wait_for_event), hand out @resume.url, or go on to a block',
      );
  }
}

/** `redirect_url` leads on a visitor of the web page; on other channels it does nothing. */
export function checkRedirects(yaml: YamlFile, file: FlowFile, drafts: readonly Draft[], findings: Findings): void {
  if (file.channels === undefined || file.channels.includes('web')) return;
  const written = file.settings?.redirect_url === undefined ? [] : [['settings', 'redirect_url']];
  const ends = drafts.filter((draft) => own(rawBlock(yaml, draft), 'redirect_url') !== undefined);
  for (const path of [...written, ...ends.map((draft) => [...draft.path, 'redirect_url'])])
    findings.add(
      'redirect-without-web',
      yaml.locateKey(path),
      `redirect_url works on the web page only, and this flow runs on ${file.channels.join(', ')}`,
      'add web to channels:, or send the address as a text',
    );
}
