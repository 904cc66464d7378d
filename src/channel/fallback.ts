import type { Media, Option, Outbound } from '../domain/message.ts';

/** A message as plain text, for channels without buttons, lists or media: options become numbered lines. */
export function asText(message: Outbound): string {
  return [
    message.media === undefined ? '' : mediaText(message.media),
    message.text ?? message.template?.params.join('\n') ?? message.list?.label ?? '',
    placeText(message),
    numbered(optionsOf(message)),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** What can be picked, in the order in which it is numbered. */
export function optionsOf({ buttons = [], quick_replies: replies = [], list }: Outbound): readonly Option[] {
  return [...buttons, ...replies, ...(list?.options ?? [])];
}

/** Options as numbered lines: the number, the label, or its beginning picks one. */
export function numbered(options: readonly Option[]): string {
  return options
    .map(({ label, description }, i) => `${i + 1}. ${label}${description === undefined ? '' : ` – ${description}`}`)
    .join('\n');
}

function mediaText({ type, url, caption }: Media): string {
  return `[${type}] ${caption === undefined ? '' : `${caption} `}${url}`;
}

function placeText({ location }: Outbound): string {
  if (location === undefined) return '';
  const label = [location.name, location.address].filter((part) => part !== undefined).join(', ');
  return `[location] ${label === '' ? '' : `${label} `}${location.latitude},${location.longitude}`;
}
