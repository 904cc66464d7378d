import type { Limits } from '../domain/limits.ts';
import type { Option, Outbound } from '../domain/message.ts';
import { phrase } from '../domain/phrases.ts';
import { numbered, optionsOf } from './fallback.ts';

/** The options of a message as a channel shows them, and the lines of text that stand for what it cannot show. */
export interface Offer {
  readonly offer: Pick<Outbound, 'buttons' | 'list' | 'quick_replies'>;
  readonly lines: readonly string[];
}

/** The options within a channel's limits: as they are, else as buttons or as a list, else as numbered lines. */
export function offerWithin(message: Outbound, limits: Limits, language: string): Offer {
  const options = optionsOf(message);
  if (options.length === 0) return { offer: {}, lines: [] };
  if (staysAsIs(message, limits)) return { offer: groupsOf(message), lines: [] };
  const { list } = message;
  // What opens a list says little where nothing is to be opened; but it may be all that is said.
  const label = list === undefined || hasText(message) ? [] : [list.label];
  const wanted = message.buttons === undefined && message.quick_replies === undefined ? 'list' : 'buttons';
  const asButtons: Offer = { offer: { buttons: options }, lines: label };
  if (wanted === 'buttons' && fitButtons(options, limits)) return asButtons;
  if (fitList(options, limits)) return asList(options, list?.label, limits, language);
  if (fitButtons(options, limits)) return asButtons;
  return { offer: {}, lines: [...label, numbered(options)] };
}

function hasText({ text, media }: Outbound): boolean {
  return (text ?? media?.caption ?? '').trim() !== '';
}

function groupsOf({ buttons, list, quick_replies }: Outbound): Offer['offer'] {
  return {
    ...(buttons === undefined ? {} : { buttons }),
    ...(list === undefined ? {} : { list }),
    ...(quick_replies === undefined ? {} : { quick_replies }),
  };
}

/** True when every group fits; where options hang on a text, there can be one group only. */
function staysAsIs({ buttons, list, quick_replies }: Outbound, limits: Limits): boolean {
  const groups = [buttons, list, quick_replies].filter((group) => group !== undefined).length;
  if (groups > 1 && limits.body !== undefined) return false;
  return (
    (buttons === undefined || fitButtons(buttons, limits)) &&
    (list === undefined || (fitList(list.options, limits) && fits(list.label, limits.listButton))) &&
    (quick_replies === undefined || fitReplies(quick_replies, limits))
  );
}

function fitButtons(options: readonly Option[], limits: Limits): boolean {
  return options.length <= limits.buttons && options.every((option) => isButton(option, limits));
}

function fitReplies(options: readonly Option[], limits: Limits): boolean {
  return options.length <= (limits.quickReplies ?? 0) && options.every((option) => isButton(option, limits));
}

function isButton({ id, label, description = '' }: Option, limits: Limits): boolean {
  const below = limits.buttonDescription ?? 0;
  return fits(id, limits.optionId) && label.length <= limits.buttonLabel && description.length <= below;
}

function fitList(options: readonly Option[], limits: Limits): boolean {
  return (
    options.length <= limits.list &&
    options.every(
      ({ id, label, description = '' }) =>
        fits(id, limits.optionId) && label.length <= limits.listLabel && fits(description, limits.description),
    )
  );
}

function asList(options: readonly Option[], label: string | undefined, limits: Limits, language: string): Offer {
  const short = label !== undefined && fits(label, limits.listButton);
  return {
    offer: { list: { label: short ? label : phrase('options', language), options } },
    lines: short || label === undefined ? [] : [label],
  };
}

function fits(text: string, limit: number | undefined): boolean {
  return limit === undefined || text.length <= limit;
}
