import { NO_MATCH, OperatorError } from './operator.ts';
import type { Operator, Test } from './operator.ts';
import { names } from './schemas.ts';
import { match, textsArgument } from './verdicts.ts';

const open: Test = (_, context) => (context.windowOpen ? match(true) : NO_MATCH);

/** Reads where the conversation is, not the value. */
export const channel_is: Operator = {
  summary: 'The conversation is on this channel, or on one of these.',
  group: 'contact',
  argument: names,
  example: '{ channel_is: [whatsapp, telegram], next: send_voice }',
  prepare(argument) {
    const wanted = new Set(textsArgument(argument).map((name) => name.trim().toLowerCase()));
    return (_, { channel }) => (wanted.has(channel.toLowerCase()) ? match(channel) : NO_MATCH);
  },
};

/** Reads the contact's language: `es` is every Spanish, `es-CO` that of Colombia alone. */
export const language_is: Operator = {
  summary: 'The contact speaks this language, or one of these; es takes in es-CO.',
  group: 'contact',
  argument: names,
  example: '{ language_is: [es, pt-BR], next: latin }',
  prepare(argument) {
    const wanted = textsArgument(argument).map(tagArgument);
    return (_, { language }) => {
      const tag = language.toLowerCase().replaceAll('_', '-');
      return wanted.some((one) => tag === one || tag.startsWith(`${one}-`)) ? match(language) : NO_MATCH;
    };
  },
};

/** Reads the channel: WhatsApp closes the window 24 hours after the contact's last message. */
export const window_open: Operator = {
  summary: 'The channel lets us write freely now (the 24-hour window of WhatsApp).',
  group: 'contact',
  example: '{ window_open: true, next: write }',
  prepare: () => open,
};

function tagArgument(written: string): string {
  const tag = written.trim().replaceAll('_', '-').toLowerCase();
  if (/^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/.test(tag)) return tag;
  throw new OperatorError(`"${written}" is not a language tag; write es or es-CO`);
}
