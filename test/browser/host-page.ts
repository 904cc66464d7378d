import { once } from 'node:events';
import { createServer } from 'node:http';
import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

/**
 * A browser that keeps what frames store apart for each site around them, as browsers do: the tools for tests turn that
 * off. Of two lists of features that are off, Chromium takes the second one.
 */
export async function partitioningBrowser(): Promise<Browser> {
  const { PUPPETEER_EXECUTABLE_PATH = '', CHROMIUM_PATH = '' } = process.env;
  const executablePath = [PUPPETEER_EXECUTABLE_PATH, CHROMIUM_PATH].find(existsSync) ?? '/usr/bin/chromium';
  const args = ['--no-sandbox', '--disable-gpu', '--disable-features=HttpsUpgrades,OptimizationHints'];
  return chromium.launch({ executablePath, args });
}

/** A site of somebody else: answers every path with one page, under the policy it is given. */
export class HostSite {
  readonly port: number;
  readonly #server: Server;
  html = '';
  policy = '';

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
    server.on('request', (_, response) => {
      response.setHeader('Content-Type', 'text/html; charset=utf-8');
      if (this.policy !== '') response.setHeader('Content-Security-Policy', this.policy);
      response.end(this.html);
    });
  }

  static async open(): Promise<HostSite> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    return new HostSite(server, typeof address === 'object' && address !== null ? address.port : 0);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
