import { CHANNELS } from '../../../channels/index.ts';
import type { AskPlace, Channel } from '../../channel/channel.ts';
import { missingNeeds } from '../../channel/needs.ts';
import type { Config } from '../../config/config.ts';
import { messageOf } from '../../domain/error.ts';
import { note, ok, problem } from '../../domain/finding.ts';
import type { Finding } from '../../domain/finding.ts';

/** Which channels are on and work, which are off, and what each needs. */
export async function checkChannels(
  config: Config,
  http: AskPlace,
  all: ReadonlyMap<string, Channel> = CHANNELS,
): Promise<Finding[]> {
  const unknown = config.channels.filter((name) => !all.has(name));
  const known = await Promise.all([...all.values()].map((channel) => checkChannel(channel, config, http)));
  const names = `Channels: ${[...all.keys()].join(', ')}.`;
  return [...unknown.map((name) => problem(`CHANNELS names "${name}", which is no channel`, names)), ...known.flat()];
}

async function checkChannel(channel: Channel, config: Config, http: AskPlace): Promise<Finding[]> {
  const { name, title } = channel;
  const missing = missingNeeds(channel, config.env);
  if (!config.channels.includes(name)) {
    const set = missing.length === 0 ? '' : ` and set ${missing.join(', ')}`;
    return [note(`${title} is off`, `To have it, add ${name} to CHANNELS${set}.`)];
  }
  if (missing.length > 0) return [problem(`${title} stays off: it needs more settings`, `Set ${missing.join(', ')}.`)];
  return [
    ok(`${title} is on`),
    ...(await live(channel, config, http)).map((each) => ({ ...each, text: `${title}: ${each.text}` })),
  ];
}

/** A check of a channel that fails is a bug of ours; it must not hide what the others have found. */
async function live(channel: Channel, { env }: Config, http: AskPlace): Promise<readonly Finding[]> {
  try {
    return (await channel.check?.(env, http)) ?? [];
  } catch (error) {
    return [note(`it could not be looked at: ${messageOf(error)}`)];
  }
}
