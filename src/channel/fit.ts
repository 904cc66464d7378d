import type { Media, Option, Outbound } from '../domain/message.ts';
import type { Limits } from '../domain/limits.ts';
import { phrase } from '../domain/phrases.ts';
import { offerWithin } from './offer.ts';
import { splitText } from './split.ts';

/**
 * A message as one or more that a channel can show: buttons over its limits become a list, a list over its limits
 * numbered lines, long texts are cut, captions too long become texts, a template becomes its text where there are
 * none. Nothing is lost and every option can still be picked. Pure: the same message always becomes the same pieces.
 */
export function fit(message: Outbound, limits: Limits, language = 'en'): Outbound[] {
  const sent = cleaned(limits.templates === true ? message : withoutTemplate(message));
  if (sent.template !== undefined) return [sent];
  const { offer, lines } = offerWithin(sent, limits, language);
  const { media, caption } = captioned(sent.media, limits);
  const offers = Object.keys(offer).length > 0;
  const texts = textsOf(caption, [sent.text ?? '', ...lines].filter((line) => line !== '').join('\n'), limits, offers);
  if (texts.length === 0 && offers && limits.body !== undefined) texts.push(phrase('choice', language));
  const apart = caption !== '' || texts.length > 1;
  const text = texts.at(-1);
  const last: Outbound = {
    ...(media === undefined || apart ? {} : { media }),
    ...(text === undefined ? {} : { text }),
    ...(sent.location === undefined ? {} : { location: sent.location }),
    ...offer,
  };
  const before = texts.slice(0, -1).map((piece) => ({ text: piece }));
  const first = media === undefined || !apart ? [] : [{ media }];
  return [...first, ...before, ...(Object.keys(last).length === 0 ? [] : [last])];
}

/** What channels without templates say instead: the text, or at least what was to be filled in. */
function withoutTemplate({ template, ...message }: Outbound): Outbound {
  return template === undefined ? message : { ...message, text: message.text ?? template.params.join('\n') };
}

/** The caption moves out of media that cannot carry it. */
function captioned(media: Media | undefined, limits: Limits): { media?: Media; caption: string } {
  if (media === undefined) return { caption: '' };
  const { caption, ...bare } = media;
  if (caption === undefined) return { media, caption: '' };
  const fits = caption.length <= limits.caption && limits.withoutCaption?.includes(media.type) !== true;
  return fits ? { media, caption: '' } : { media: bare, caption };
}

/** Texts within the limit; the last one stands above the options, where there may be less room. */
function textsOf(caption: string, text: string, limits: Limits, offers: boolean): string[] {
  const texts = [...splitText(caption, limits.text), ...splitText(text, limits.text)];
  const last = texts.at(-1);
  if (last === undefined || !offers) return texts;
  return [...texts.slice(0, -1), ...splitText(last, Math.min(limits.text, limits.body ?? limits.text))];
}

/** No half characters and no NUL, for which some channels refuse the whole message. */
function cleaned(message: Outbound): Outbound {
  const { text, media, buttons, list, quick_replies: replies } = message;
  return {
    ...message,
    ...(text === undefined ? {} : { text: wellFormed(text) }),
    ...(media?.caption === undefined ? {} : { media: { ...media, caption: wellFormed(media.caption) } }),
    ...(buttons === undefined ? {} : { buttons: buttons.map(cleanOption) }),
    ...(list === undefined ? {} : { list: { label: wellFormed(list.label), options: list.options.map(cleanOption) } }),
    ...(replies === undefined ? {} : { quick_replies: replies.map(cleanOption) }),
  };
}

function cleanOption(option: Option): Option {
  const { label, description } = option;
  return {
    ...option,
    label: wellFormed(label),
    ...(description === undefined ? {} : { description: wellFormed(description) }),
  };
}

function wellFormed(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed();
}
