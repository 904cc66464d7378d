/** Where a conversation is in Slack. */
export interface Place {
  readonly channel: string;
  /** The first message of its thread; absent in direct messages. */
  readonly thread?: string;
}

/** The address of somebody's direct messages with the bot: `D024BE91L:U012AB3CD`. */
export function directAddress(channel: string, user: string): string {
  return `${channel}:${user}`;
}

/** The address of a thread, whoever writes in it: `C024BE91L:1700000000.000100`. */
export function threadAddress(channel: string, thread: string): string {
  return `${channel}:${thread}`;
}

/** True for channels that are somebody's direct messages with the bot. */
export function isDirect(channel: string): boolean {
  return channel.startsWith('D');
}

/** The place of an address, or null when it is none of Slack's. */
export function placeOf(address: string): Place | null {
  const direct = /^(D[A-Z0-9]+):[UW][A-Z0-9]+$/.exec(address)?.[1];
  if (direct !== undefined) return { channel: direct };
  const [, channel, thread] = /^([CG][A-Z0-9]+):(\d+\.\d+)$/.exec(address) ?? [];
  return channel === undefined || thread === undefined ? null : { channel, thread };
}
