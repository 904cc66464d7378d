import { createInterface } from 'node:readline';
import { printable } from '../src/domain/printable.ts';
import type { Channel, ChannelHost, OpenChannel } from '../src/channel/channel.ts';
import { asText, optionsOf } from '../src/channel/fallback.ts';
import { CONSOLE } from '../src/channel/limits.ts';
import { messageOf } from '../src/domain/error.ts';
import type { Inbound, Option } from '../src/domain/message.ts';

/** The one person who sits at the terminal. */
const ADDRESS = 'terminal';

/** Longest line that is taken as a message, in UTF-16 units. */
const MAX_LINE = CONSOLE.text;

const REFUSED = {
  duplicate: 'it was there already',
  full: 'too many messages are waiting; say it again in a moment',
  closing: 'the bot is stopping',
} as const;

/** Talk to the bot where the server was started. Options come as numbered lines; answer with the number or the label. */
export const consoleChannel: Channel = {
  name: 'console',
  title: 'Terminal',
  summary: 'Talk to the bot in the terminal the server runs in.',
  needs: [],
  limits: CONSOLE,
  repeat: 'seen',
  async open(host): Promise<OpenChannel> {
    const { input, output } = host.terminal ?? {};
    if (input === undefined || output === undefined)
      return { send: async () => ({ kind: 'sent' }), close: async () => undefined };
    const lines = createInterface({ input, terminal: false });
    // The numbers on the screen mean something until another block speaks.
    let offered: { readonly block: string; readonly options: readonly Option[] } = { block: '', options: [] };
    lines.on('line', (line) => {
      // Whoever typed the line would wait for an answer otherwise.
      void say(host, line, offered.options)
        .catch(messageOf)
        .then((problem) => {
          if (problem !== null) output.write(`     (this was not taken: ${safe(problem)})\n`);
        });
    });
    return {
      async send(delivery) {
        const options = optionsOf(delivery.message);
        if (options.length > 0 || delivery.block !== offered.block) offered = { block: delivery.block, options };
        output.write(`${indent(safe(asText(delivery.message)))}\n`);
        return { kind: 'sent' };
      },
      async close() {
        lines.close();
      },
    };
  },
};

/** Answers null, or why the line did not become a message. */
async function say(host: ChannelHost, line: string, options: readonly Option[]): Promise<string | null> {
  const text = line.slice(0, MAX_LINE);
  if (text.trim() === '') return null;
  const message = picked(text, options);
  const receipt = await host.accept(ADDRESS, { kind: 'message', id: host.id(), at: host.now(), message });
  return receipt === 'accepted' ? null : REFUSED[receipt];
}

/** A number on the screen stands for its option, unless a label is that number. */
function picked(text: string, options: readonly Option[]): Inbound {
  const option = /^\s*\d{1,3}\s*$/.test(text) ? options[Number(text) - 1] : undefined;
  if (option === undefined || options.some(({ label }) => label === text.trim())) return { text };
  return { text: option.label, choice: option.id };
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line, i) => (i === 0 ? `bot> ${line}` : `     ${line}`))
    .join('\n');
}

/** What would steer the terminal is shown as its code instead; lines and tabs stay. */
function safe(text: string): string {
  return text.replace(/[^\n\t]+/g, printable);
}
