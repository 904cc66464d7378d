import type { types } from '@slack/bolt';
import { asText } from '../../src/channel/fallback.ts';
import { SLACK } from '../../src/channel/limits.ts';
import { splitText } from '../../src/channel/split.ts';
import type { Location, Media, Option, Outbound } from '../../src/domain/message.ts';
import { escapeText, linkTo } from './text.ts';

type KnownBlock = types.KnownBlock;

/** A message as `chat.postMessage` takes it. `text` is also what notifications and screen readers say. */
export interface Rendered {
  readonly text: string;
  /** Absent when the text says it all. */
  readonly blocks?: KnownBlock[];
}

/** Characters of a section, after escaping. */
const SECTION = 3000;

/** Characters of the address of a picture, and of what describes it. */
const MAX_URL = 3000;
const MAX_ALT = 2000;

/**
 * One message, already within Slack's limits, as text and blocks. `images: false` links pictures instead of showing them,
 * for those that Slack cannot fetch.
 */
export function render(message: Outbound, { images = true } = {}): Rendered {
  const { media, text = '', location, list } = message;
  const buttons = [...(message.buttons ?? []), ...(message.quick_replies ?? [])];
  const offer = [
    ...(buttons.length === 0 ? [] : [buttonsBlock(buttons)]),
    ...(list === undefined ? [] : [listBlock(list)]),
  ];
  const plain = escapeText(asText(message));
  if (media === undefined && location === undefined && offer.length === 0) return { text: escapeText(text) };
  const blocks: KnownBlock[] = [
    ...(media === undefined ? [] : mediaBlocks(media, images)),
    ...sections(text),
    ...(location === undefined ? [] : [section(placeLine(location))]),
    ...offer,
  ];
  return { text: plain, blocks };
}

/** A text as sections: escaped it may be longer than one can hold. */
function sections(text: string): KnownBlock[] {
  const pieces = splitText(text, SECTION);
  const fitting = pieces.flatMap((piece) =>
    escapeText(piece).length <= SECTION ? [piece] : splitText(piece, SECTION / 5),
  );
  return fitting.map((piece) => section(escapeText(piece)));
}

function section(text: string): KnownBlock {
  return { type: 'section', text: { type: 'mrkdwn', text }, expand: true };
}

function mediaBlocks(media: Media, images: boolean): KnownBlock[] {
  const { type, url, caption, filename } = media;
  const name = caption ?? filename ?? type;
  if (type === 'image' && images && /^https?:\/\//i.test(url) && url.length <= MAX_URL)
    return [{ type: 'image', image_url: url, alt_text: name.slice(0, MAX_ALT) }, ...sections(caption ?? '')];
  return [section(linkTo(url, filename ?? type)), ...sections(caption ?? '')];
}

function placeLine({ latitude, longitude, name, address }: Location): string {
  const label = [name, address].filter((part) => part !== undefined && part !== '').join(', ');
  const map = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
  return linkTo(map, label === '' ? `${latitude}, ${longitude}` : label);
}

function buttonsBlock(buttons: readonly Option[]): KnownBlock {
  return {
    type: 'actions',
    elements: buttons.slice(0, SLACK.buttons).map((option, i) => ({
      type: 'button',
      action_id: `parley:pick:${i}`,
      text: { type: 'plain_text', text: labelOf(option, SLACK.buttonLabel), emoji: true },
      value: option.id,
    })),
  };
}

function listBlock({ label, options }: NonNullable<Outbound['list']>): KnownBlock {
  const rows = options.slice(0, SLACK.list).map((option) => ({
    text: { type: 'plain_text' as const, text: labelOf(option, SLACK.listLabel), emoji: true },
    value: option.id,
    ...((option.description ?? '') === ''
      ? {}
      : { description: { type: 'plain_text' as const, text: option.description ?? '', emoji: true } }),
  }));
  const placeholder = { type: 'plain_text' as const, text: label.slice(0, SLACK.listButton) || '…', emoji: true };
  return {
    type: 'actions',
    elements: [{ type: 'static_select', action_id: 'parley:pick', placeholder, options: rows }],
  };
}

/** Slack refuses a message for one empty label. */
function labelOf({ id, label }: Option, max: number): string {
  return (label.trim() === '' ? id : label).slice(0, max);
}
