import { existsSync } from 'node:fs';
import { CHANNELS } from '../../../channels/index.ts';
import type { Config } from '../../config/config.ts';
import { speaks } from '../../conversation/routing.ts';
import { many, note, ok, problem } from '../../domain/finding.ts';
import type { Finding } from '../../domain/finding.ts';
import { readSources } from '../../flow/files.ts';
import { checkProject } from '../../flow/project.ts';
import type { Project } from '../../flow/project.ts';

/** The flows of FLOWS_DIR as `parley check` sees them, and those that no open channel speaks. */
export async function checkFlows(config: Config): Promise<Finding[]> {
  if (!existsSync(config.flowsDir)) {
    const fix = 'Make the folder, or name the one that has your flows.';
    return [problem(`FLOWS_DIR names "${config.flowsDir}", which is not there`, fix)];
  }
  const { sources, diagnostics } = await readSources([config.flowsDir]);
  const limits = new Map([...CHANNELS.values()].map(({ name, limits: each }) => [name, each] as const));
  const project = checkProject(sources, { limits });
  return [
    counts(project, [...diagnostics, ...project.diagnostics]),
    ...unheard(project, config),
    ...sms(project, config),
  ];
}

function counts({ files }: Project, all: Project['diagnostics']): Finding {
  const count = (severity: string): number => all.filter((each) => each.severity === severity).length;
  const [errors, warnings] = [count('error'), count('warning')];
  const flows = many(files.filter(({ flow }) => flow !== null).length, 'flow');
  if (errors > 0)
    return problem(`the flows have ${many(errors, 'error')}, so some are not live as written`, 'Run `parley check`.');
  if (files.length === 0) return note('there are no flows', 'docs/flow-language.md shows a first one.');
  return warnings > 0
    ? note(`${flows}, with ${many(warnings, 'warning')}`, 'Run `parley check`.')
    : ok(`${flows} without errors or warnings`);
}

/** A flow that names its channels is silent while all of them are off. */
function unheard({ files }: Project, { channels }: Config): Finding[] {
  return files.flatMap(({ flow }) => {
    if (flow === null || flow.channels === null || channels.some((name) => speaks(flow, name))) return [];
    return [
      note(
        `the flow ${flow.id} speaks only ${flow.channels.join(', ')}, and none of that is on`,
        'Add it to CHANNELS.',
      ),
    ];
  });
}

/** The action that sends one-time codes has to be there when a code is owed. */
function sms({ integrations }: Project, { smsAction }: Config): Finding[] {
  if (smsAction === null) return [];
  const { integration: id, action } = smsAction;
  const found = integrations.find(({ integration }) => integration?.id === id)?.integration;
  if (found?.actions.has(action) === true) return [];
  const fix = 'Name an action of an integration as integration.action.';
  return [problem(`SMS_ACTION names ${id}.${action}, which is no action that checks`, fix)];
}
