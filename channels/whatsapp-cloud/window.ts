import type { ChannelHost } from '../../src/channel/channel.ts';

/** When the contact last wrote (ms since 1970): what waits for its turn counts, too; null when they never did. */
export async function lastInbound(
  { conversations }: Pick<ChannelHost, 'conversations'>,
  address: string,
): Promise<number | null> {
  const conversation = await conversations.load(address);
  const waiting = conversation?.inbox.findLast((entry) => entry.kind === 'message');
  return waiting?.at ?? conversation?.contact.heardAt ?? null;
}
