import { WINDOW_MS } from '../domain/contact.ts';
import type { Limits, Rate } from '../domain/limits.ts';

export type { Limits, Rate } from '../domain/limits.ts';

/** WhatsApp by its Cloud API: replies with buttons, lists, templates (developers.facebook.com, "Messages"). */
export const WHATSAPP: Limits & { readonly window: number; readonly rate: Rate } = {
  text: 4096,
  caption: 1024,
  body: 1024,
  header: 60,
  footer: 60,
  buttons: 3,
  buttonLabel: 20,
  list: 10,
  listLabel: 24,
  description: 72,
  listButton: 20,
  optionId: 200,
  withoutCaption: ['audio'],
  templates: true,
  window: WINDOW_MS,
  rate: { every: 6000, burst: 45 },
};

/** WhatsApp by a phone that is linked to a browser: buttons and lists do not arrive there, so options are numbered. */
export const WHATSAPP_WEB: Limits & { readonly rate: Rate } = {
  text: 4096,
  caption: 1024,
  buttons: 0,
  buttonLabel: 20,
  list: 0,
  listLabel: 24,
  withoutCaption: ['audio'],
  // No limit is published; faster than a person types is what gets numbers blocked.
  rate: { every: 600, burst: 1 },
};

/**
 * Slack's blocks: a section of 3,000 characters, 25 elements of an actions block, a select menu as list. A text
 * alone may be longer, but Slack advises to keep it below 4,000 characters and cuts it at 40,000.
 */
export const SLACK: Limits & { readonly rate: Rate } = {
  text: 4000,
  caption: 2000,
  body: 3000,
  header: 150,
  buttons: 25,
  buttonLabel: 75,
  list: 100,
  listLabel: 75,
  description: 75,
  listButton: 150,
  optionId: 75,
  rate: { every: 1000, burst: 5 },
};

/** The chat page and the API behind it show what they get; the numbers keep a page usable. */
export const WEB: Limits = {
  text: 16_384,
  caption: 4096,
  buttons: 20,
  buttonLabel: 80,
  buttonDescription: 200,
  list: 100,
  listLabel: 120,
  description: 200,
  quickReplies: 20,
};

/** A terminal scrolls: options are numbered lines of any number and length. */
export const CONSOLE: Limits = {
  text: 16_384,
  caption: 16_384,
  buttons: 0,
  buttonLabel: 200,
  list: 0,
  listLabel: 200,
};

/** The limits of every channel there is, running or not, by its name: `parley check` holds flows against them. */
export const CHANNEL_LIMITS: ReadonlyMap<string, Limits> = new Map([
  ['console', CONSOLE],
  ['web', WEB],
  ['whatsapp-cloud', WHATSAPP],
  ['whatsapp-web', WHATSAPP_WEB],
  ['slack', SLACK],
]);
