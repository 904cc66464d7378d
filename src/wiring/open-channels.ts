import type { Router } from 'express';
import { DirectRoutes } from './direct.ts';
import { newRouter } from '../api/server.ts';
import type { Channel } from '../channel/channel.ts';
import type { RunningChannel } from '../outbox/sender.ts';
import { channelHost } from './host.ts';
import type { HostParts } from './host.ts';

/** The channels that are open, and the routes they have. */
export class OpenChannels {
  readonly router: Router = newRouter();
  readonly direct = new DirectRoutes();
  private readonly running = new Map<string, RunningChannel>();

  get(name: string): RunningChannel | undefined {
    return this.running.get(name);
  }

  all(): RunningChannel[] {
    return [...this.running.values()];
  }

  /** Opens one; its SDK is loaded now. */
  async open(channel: Channel, parts: Omit<HostParts, 'router' | 'direct' | 'channel'>): Promise<void> {
    const { router, direct } = this;
    const open = await channel.open(
      channelHost(channel, { ...parts, router, direct, channel: (name) => this.get(name) }),
    );
    this.running.set(channel.name, { type: channel, open });
  }

  async close(): Promise<void> {
    for (const { open } of this.running.values()) await open.close();
  }
}
