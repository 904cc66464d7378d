import type { Media, Option, Outbound } from '../domain/message.ts';

/** A message as plain text, for channels without buttons, lists or media: options become numbered lines. */
export function asText(message: Outbound): string {
  const options = message.buttons ?? message.quick_replies ?? message.list?.options ?? [];
  return [
    message.media === undefined ? '' : mediaText(message.media),
    message.text ?? '',
    placeText(message),
    numbered(options),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function numbered(options: readonly Option[]): string {
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
