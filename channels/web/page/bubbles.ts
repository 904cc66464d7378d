import { words } from './speech.ts';
import type { Media, Message, Option } from './wire.ts';

/** What a visitor does with a message's buttons. */
export type Pick = (option: Option) => void;

type Child = Node | string | undefined | false;

/** An element with a class and children; strings become text, never markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  made.append(...children.filter((child) => child !== undefined && child !== false));
  return made;
}

/** A message of the bot: bubbles, then its buttons. */
export function botRow(message: Message, pick: Pick): HTMLElement {
  const row = element('div', 'row bot', element('span', 'sr', words.answer), ...contents(message));
  if (message.buttons?.length) row.append(options(message.buttons, pick));
  if (message.list)
    row.append(element('p', 'list-label', message.list.label), options(message.list.options, pick, 'list'));
  return row;
}

/** A message of the visitor. */
export function ownRow(message: Message): HTMLElement {
  return element('div', 'row own', element('span', 'sr', words.you), ...contents(message), element('p', 'state', ''));
}

/** The buttons under a message or above the text field. */
export function optionButton(option: Option, pick: Pick): HTMLButtonElement {
  const { description } = option;
  const button = element(
    'button',
    'option',
    element('span', '', option.label),
    description ? element('small', '', description) : undefined,
  );
  button.type = 'button';
  button.dataset.choice = option.id;
  button.addEventListener('click', () => pick(option));
  return button;
}

/** True for URLs that a link or a redirect may lead to. */
export function isWebUrl(url: string): boolean {
  return /^https?:$/.test(parsed(url)?.protocol ?? '');
}

/** A link to another site, which learns nothing of this one. */
export function link(url: string, label: string): HTMLElement {
  if (!isWebUrl(url)) return element('span', '', label);
  const anchor = element('a', '', label);
  anchor.href = url;
  anchor.target = '_blank';
  anchor.rel = 'noopener noreferrer nofollow';
  return anchor;
}

function options(list: readonly Option[], pick: Pick, kind = ''): HTMLElement {
  const group = element('div', `options ${kind}`, ...list.map((option) => optionButton(option, pick)));
  group.setAttribute('role', 'group');
  group.setAttribute('aria-label', words.choose);
  return group;
}

function contents(message: Message): HTMLElement[] {
  const media = [message.media, ...(message.attachments ?? [])].filter((each) => each !== undefined);
  const { text, location } = message;
  return [
    ...media.map((each) => element('div', 'bubble media', shownMedia(each), caption(each, text))),
    ...(text ? [element('div', 'bubble', ...linked(text))] : []),
    ...(location ? [element('div', 'bubble', place(location))] : []),
  ];
}

/** A caption, unless the text of the message says the same. */
function caption(media: Media, text: string | undefined): Child {
  return media.caption && media.caption !== text ? element('p', 'caption', ...linked(media.caption)) : undefined;
}

function shownMedia(media: Media): HTMLElement {
  const file = link(media.url, media.filename ?? fileName(media.url));
  file.classList.add('file');
  // The page's policy keeps pictures and recordings to https and to this server.
  const url = parsed(media.url);
  if (media.type === 'document' || (url?.protocol !== 'https:' && url?.origin !== location.origin)) return file;
  const player = media.type === 'image' ? image(media) : recording(media.type, media.url);
  // What the browser cannot or may not show stays in reach as a link.
  player.addEventListener('error', () => player.replaceWith(file));
  return player;
}

function image(media: Media): HTMLElement {
  const picture = element('img', '');
  picture.src = media.url;
  picture.alt = media.caption ?? media.filename ?? words.picture;
  picture.decoding = 'async';
  return picture;
}

function recording(type: 'audio' | 'video', url: string): HTMLElement {
  const player = element(type, '');
  player.controls = true;
  player.preload = 'metadata';
  player.src = url;
  return player;
}

function fileName(url: string): string {
  const { hostname = url, pathname = '' } = parsed(url) ?? {};
  return pathname.replace(/\/+$/, '').split('/').at(-1) || hostname;
}

function parsed(url: string): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}

function place(location: NonNullable<Message['location']>): HTMLElement {
  const { latitude, longitude, name, address } = location;
  const label = [name, address].filter(Boolean).join(', ') || `${latitude}, ${longitude}`;
  return link(
    `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`,
    `${words.map}: ${label}`,
  );
}

/** Text with its http(s) URLs as links. Marks that end a sentence do not belong to the URL. */
function linked(text: string): Child[] {
  return text.split(/(https?:\/\/[^\s<>"']+)/i).flatMap((part, index) => {
    if (index % 2 === 0) return [part];
    const url = part.replace(/[.,;:!?)\]}*_]+$/, '');
    return [link(url, url), part.slice(url.length)];
  });
}
