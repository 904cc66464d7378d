import { foldWords } from '../../domain/text.ts';
import { own } from '../../domain/json.ts';
import type { Findings } from '../diagnostic.ts';
import type { Draft } from '../draft.ts';
import type { YamlFile } from '../read.ts';
import type { FlowFile } from '../schema.ts';
import { partsOf, rawBlock } from './parts.ts';

/** Two options of one question that a contact, and a typed answer, cannot tell apart. */
export function checkLabels(yaml: YamlFile, draft: Draft, findings: Findings): void {
  for (const { labels } of partsOf(draft).offers) {
    const seen = new Map<string, number>();
    for (const { text, path } of labels) {
      const folded = foldWords(text).join(' ');
      const at = yaml.locate(path);
      const first = seen.get(folded);
      if (folded !== '' && first !== undefined)
        findings.add(
          'same-label',
          at,
          `"${text}" stands here twice; the first is on line ${first}`,
          'change one of them',
        );
      else seen.set(folded, at.line);
    }
  }
}

/** A template in another language than the flow: WhatsApp would send it, and the contact would wonder. */
export function checkTemplateLanguage(yaml: YamlFile, draft: Draft, file: FlowFile, findings: Findings): void {
  const written = own(own(rawBlock(yaml, draft), 'template'), 'language');
  if (typeof written !== 'string' || written.startsWith('@') || file.language === undefined) return;
  const base = (tag: string): string => tag.slice(0, tag.search(/[-_]|$/)).toLowerCase();
  if (base(written) === base(file.language)) return;
  findings.add(
    'template-language',
    yaml.locate([...draft.path, 'template', 'language']),
    `the template is in ${written}, the flow in ${file.language}`,
    'name the translation of the template in the language of the flow',
  );
}
