import { once } from 'node:events';
import { resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { Router } from 'express';
import { consoleChannel } from '../../channels/console.ts';
import type { ChannelHost, OpenChannel } from '../../src/channel/channel.ts';
import { newContact } from '../../src/domain/contact.ts';
import type { Outbound } from '../../src/domain/message.ts';
import { startApp } from '../support/app.ts';
import { FakeHost, FakeWorld } from '../support/fake-host.ts';
import { Terminal } from '../support/terminal.ts';

const OPTIONS = ['Red', 'Green', '3'].map((label) => ({ id: label.toLowerCase(), label }));

/** The channel on a fake host: what is typed, what was taken, and what the bot has printed. */
class Desk {
  readonly terminal = new Terminal();
  readonly heard: { text: string; choice?: string }[] = [];
  readonly world = new FakeWorld(({ entry }) => {
    if (entry.kind === 'message') this.heard.push(entry.message);
  });
  readonly host: ChannelHost;
  #open: OpenChannel | undefined;

  constructor(changes: Partial<ChannelHost> = {}) {
    const host = new FakeHost(Router(), this.world, []);
    const accept: ChannelHost['accept'] = (address, entry) => host.accept(address, entry);
    const told = { now: () => host.now(), id: () => host.id(), log: () => undefined };
    const { router, direct, env, conversations, flows } = host;
    this.host = { router, direct, env, conversations, flows, ...told, accept, terminal: this.terminal, ...changes };
  }

  async open(): Promise<this> {
    this.#open = await consoleChannel.open(this.host);
    return this;
  }

  async print(message: Outbound, block = 'a'): Promise<string> {
    const before = this.terminal.screen.length;
    const delivery = { kind: 'delivery', key: 'k', cause: 'c', flow: 'f', block, message } as const;
    expect(await this.#open?.send(delivery, newContact('console', 'terminal'))).to.deep.equal({ kind: 'sent' });
    return this.terminal.screen.slice(before);
  }

  /** Types, ends the input, and answers what was taken as messages. */
  async type(...bytes: (string | Buffer)[]): Promise<string[]> {
    for (const each of bytes) this.terminal.input.write(each);
    this.terminal.input.end();
    await once(this.terminal.input, 'close');
    await this.world.kept.get('terminal')?.work;
    return this.heard.map(({ text }) => text);
  }
}

describe('the console channel', function () {
  this.timeout(60_000);
  it('prints messages, with options, media and places as lines', async () => {
    const desk = await new Desk().open();
    expect(await desk.print({ text: 'Hello' })).to.equal('bot> Hello\n');
    expect(await desk.print({ text: 'one\ntwo' })).to.equal('bot> one\n     two\n');
    expect(await desk.print({ text: 'Which?', buttons: OPTIONS })).to.equal(
      'bot> Which?\n     1. Red\n     2. Green\n     3. 3\n',
    );
    const list = { label: 'Colours', options: [{ id: 'r', label: 'Red', description: 'like a rose' }] };
    expect(await desk.print({ text: 'Which?', list })).to.equal('bot> Which?\n     1. Red – like a rose\n');
    const media = { type: 'image', url: 'https://a.example/b.png', caption: 'A rose' } as const;
    expect(await desk.print({ media })).to.equal('bot> [image] A rose https://a.example/b.png\n');
    expect(await desk.print({ location: { latitude: 4.6, longitude: -75.5, name: 'Salento' } })).to.equal(
      'bot> [location] Salento 4.6,-75.5\n',
    );
  });

  it('shows what would steer the terminal as codes', async () => {
    const desk = await new Desk().open();
    const hostile = '\u001B[31mred\u001B]0;title\u0007\r\u0008\u009B2J \u202Eback\u202C \u2066x\u2069 a\tb';
    expect(await desk.print({ text: hostile })).to.equal(
      'bot> \\u001b[31mred\\u001b]0;title\\u0007\\u000d\\u0008\\u009b2J \\u202eback\\u202c \\u2066x\\u2069 a\tb\n',
    );
    const label = 'Yes\u001B[2J';
    expect(await desk.print({ text: '?', buttons: [{ id: 'y', label }] })).to.equal('bot> ?\n     1. Yes\\u001b[2J\n');
  });

  it('takes lines in their order, however they end and however many come at once', async () => {
    const desk = await new Desk().open();
    const many = Array.from({ length: 200 }, (_, i) => `line ${i}`);
    expect(await desk.type('a\r\nb\n\n  \n\t\r\n', `${many.join('\n')}\n`, 'in ', 'pie', 'ces\nno end')).to.deep.equal([
      'a',
      'b',
      ...many,
      'in pieces',
      'no end',
    ]);
  });

  it('takes a character that comes in two pieces as one, and bytes that are no text as a sign of that', async () => {
    const [euro, broken] = [Buffer.from('5 €\n'), Buffer.from([0x61, 0xff, 0xc3, 0x0a])];
    const desk = await new Desk().open();
    expect(await desk.type(euro.subarray(0, 3), euro.subarray(3), broken)).to.deep.equal(['5 €', 'a\uFFFD\uFFFD']);
  });

  it('cuts a line of a megabyte', async () => {
    const desk = await new Desk().open();
    const [long, next] = await desk.type(`${'x'.repeat(1_000_000)}\nnext\n`);
    expect([long?.length, next]).to.deep.equal([consoleChannel.limits.text, 'next']);
  });

  it('takes the number of an option for the option, until another block speaks', async () => {
    const desk = await new Desk().open();
    await desk.print({ text: 'Which?', buttons: OPTIONS });
    await desk.print({ text: 'Sorry, which?' });
    desk.terminal.input.write('2\n 1 \n3\n4\n0\ngreen\n1 red\n');
    while (desk.heard.length < 7) await setImmediate();
    await desk.print({ text: 'How many?' }, 'b');
    await desk.type('2\n');
    expect(desk.heard).to.deep.equal([
      { text: 'Green', choice: 'green' },
      { text: 'Red', choice: 'red' },
      ...['3', '4', '0', 'green', '1 red', '2'].map((text) => ({ text })),
    ]);
  });

  it('says so when a line is not taken, and goes on', async () => {
    const desk = await new Desk().open();
    desk.world.refuse = 'full';
    desk.terminal.input.write('a\n');
    await desk.terminal.shows('(this was not taken: too many messages are waiting; say it again in a moment)\n');
    desk.world.refuse = null;
    expect(await desk.type('b\n')).to.deep.equal(['b']);

    const broken = await new Desk({ accept: () => Promise.reject(new Error('the disk\u001B is full')) }).open();
    broken.terminal.input.write('a\n');
    await broken.terminal.shows('(this was not taken: the disk\\u001b is full)\n');
  });

  it('outlives the end of its input', async () => {
    const desk = await new Desk().open();
    expect(await desk.type()).to.deep.equal([]);
    expect(await desk.print({ text: 'still here' })).to.equal('bot> still here\n');
  });

  it('says nothing and loses nothing where nobody sits', async () => {
    const { terminal, ...host } = new Desk().host;
    const open = await consoleChannel.open(host);
    const delivery = {
      kind: 'delivery',
      key: 'k',
      cause: 'c',
      flow: 'f',
      block: 'a',
      message: { text: 'Hello' },
    } as const;
    expect(await open.send(delivery, newContact('console', 'terminal'))).to.deep.equal({ kind: 'sent' });
    await open.close();
    expect(terminal?.output.listenerCount('data')).to.equal(1);
  });

  it('holds the whole order conversation, by numbers', async () => {
    const terminal = new Terminal();
    const channel = { ...consoleChannel, open: (host: ChannelHost) => consoleChannel.open({ ...host, terminal }) };
    const app = await startApp(resolve(import.meta.dirname, '../../flows'), { channels: [channel] });
    try {
      for (const [typed, awaited] of [
        ['hello', 'What is your order number?'],
        ['CU001', '2. No\n'],
        ['what?', 'Sorry, yes or no?'],
        ['1', 'bot> What is your order number?\n'],
        ['\u001B[2J', 'I could not find order \\u001b[2J.'],
        ['CU003', 'Order CU003 was cancelled.\nbot> Would you like to track another order?\n     1. Yes\n     2. No\n'],
        ['2', 'Thank you, goodbye!'],
      ] as const) {
        terminal.screen = '';
        terminal.input.write(`${typed}\n`);
        await terminal.shows(awaited);
      }
    } finally {
      await app.close();
    }
  });
});
