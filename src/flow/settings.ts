import type { FlowSettings } from '../domain/flow.ts';
import { foldWords } from '../domain/text.ts';
import type { Findings } from './diagnostic.ts';
import { suggestion } from './language/suggest.ts';
import type { YamlFile } from './read.ts';
import type { FlowFile } from './schema.ts';

const DAY = 86_400_000;

/** The settings with their defaults; the blocks they name are checked here. */
export function compileSettings(file: FlowFile, yaml: YamlFile, findings: Findings): FlowSettings {
  const settings = file.settings ?? {};
  for (const key of ['on_expire', 'on_error'] as const) checkBlock(key, settings[key], file, yaml, findings);
  return {
    expireAfter: settings.expire_after ?? DAY,
    ...(settings.on_expire === undefined ? {} : { onExpire: settings.on_expire }),
    ...(settings.on_error === undefined ? {} : { onError: settings.on_error }),
    ...(settings.redirect_url === undefined ? {} : { redirectUrl: settings.redirect_url }),
    exitKeywords: (settings.exit_keywords ?? []).map((keyword) => foldWords(keyword).join(' ')),
  };
}

function checkBlock(key: string, target: string | undefined, file: FlowFile, yaml: YamlFile, findings: Findings): void {
  const ids = file.blocks.map((block) => block.id);
  if (target === undefined || ids.includes(target)) return;
  findings.add(
    'unknown-target',
    yaml.locate(['settings', key]),
    `${key} names the block "${target}", which this flow does not have`,
    suggestion(target, ids),
  );
}
