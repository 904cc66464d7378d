import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { cannot } from '../support/cannot.ts';
import { Visitor, startApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { freePort } from '../support/server.ts';

/** Each conversation has a call that fails, one that is answered, a message to hold the line, and timers. */
const FLOW = (closed: number): string => `flow: f
blocks:
  - { id: q, type: question, text: "Go?", timeout: { after: 1h, next: bye } }
  - { id: dead, type: webhook, url: "http://127.0.0.1:${closed}/", on_failure: ask }
  - { id: ask, type: webhook, method: GET, url: "@server.url/demo/orders/CU001", on_failure: bye }
  - { id: told, type: question, text: "It is @extra.status", timeout: { after: 1h, next: bye } }
  - { id: bye, type: end, text: "Bye" }
`;

/** True for a descriptor of a socket or a pipe. Files of SQLite are closed when they are collected as garbage. */
function isLine(descriptor: string): boolean {
  try {
    return /^(socket|pipe):/.test(readlinkSync(`/proc/self/fd/${descriptor}`));
  } catch {
    return false;
  }
}

/** What this process has open, by kind: timers, sockets, servers, watchers; and descriptors. */
function held(): Record<string, number> {
  const counts: Record<string, number> = { descriptors: readdirSync('/proc/self/fd').filter(isLine).length };
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** Kinds of which there are so many more than before. */
function grown(before: Record<string, number>, some: number): string[] {
  return Object.entries(held()).flatMap(([kind, count]) => {
    const more = count - (before[kind] ?? 0);
    return more > some ? [`${more} more of ${kind}`] : [];
  });
}

/** Waits for what is just being closed; what stays open fails the test by its time limit, and is told. */
async function comesDownTo(before: Record<string, number>, what: string, some = 0): Promise<void> {
  const until = performance.now() + 60_000;
  while (grown(before, some).length > 0 && performance.now() < until) await pause(50);
  expect(grown(before, some), what).to.deep.equal([]);
}

/** A page that listens to events, and is closed without a word. */
async function brokenOff(url: string, session: string): Promise<void> {
  const page = new AbortController();
  await fetch(`${url}/api/chat/${session}/events`, { signal: page.signal });
  page.abort();
}

/** Chats of so many visitors, with pages that are opened and closed. */
async function chats({ url }: TestApp, count: number): Promise<void> {
  for (let from = 0; from < count; from += 20) {
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        const visitor = new Visitor(url);
        await visitor.start('f');
        await brokenOff(url, visitor.session);
        expect(await visitor.say('go')).to.deep.equal(['It is Shipped']);
        await fetch(`${url}/api/chat/${visitor.session}/messages`, { method: 'POST', body: '{"text":' });
      }),
    );
  }
}

describe('what a server leaves behind', function () {
  this.timeout(180_000);

  it('after many conversations, failed calls and pages that went away: nothing that was not there before', async function () {
    if (process.platform !== 'linux') cannot(this, 'what a process holds is looked up in /proc, which Linux has');
    const closed = await freePort();
    const before = held();
    const env = { CHAT_RATE: '0', OUTBOUND_ALLOW: `127.0.0.1:${closed}` };
    const server = await startApp({ 'f.yaml': FLOW(closed) }, { env });
    await chats(server, 20);
    await server.app.idle();
    const running = held();
    await chats(server, 100);
    await server.app.idle();
    // Connections of this test's own requests are kept for a while; what stayed of each chat would be 100 and more.
    await comesDownTo(running, 'while it runs', 60);
    await server.close();
    await comesDownTo(before, 'after its end', 10);
  });
});
