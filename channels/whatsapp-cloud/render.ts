import { asText, optionsOf } from '../../src/channel/fallback.ts';
import { WHATSAPP } from '../../src/channel/limits.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { Location, Media, Option, Outbound, Template, TemplateButton } from '../../src/domain/message.ts';

/** Characters of a button's id; that of a list's row is in the limits. */
const BUTTON_ID = 256;

/**
 * A fitted message as the bodies of Cloud API messages, in order: mostly one, more where WhatsApp has no message that
 * holds all parts. Empty when there is nothing to say.
 */
export function render(message: Outbound): JsonObject[] {
  if (message.template !== undefined) return [templateBody(message.template)];
  const place = message.location === undefined ? [] : [locationBody(message.location)];
  const offer = offerBody(message);
  if (offer !== null) {
    const headed = canHead(message);
    return [...(headed ? [] : mediaBodies({ ...message, text: '' })), ...place, offer];
  }
  return [...place, ...mediaBodies(message), ...textBodies(message)];
}

/** True when a message is not free-form: only that may be sent outside the 24-hour window. */
export function isTemplate(message: Outbound): boolean {
  return message.template !== undefined;
}

function templateBody({ name, language, params, buttons = [] }: Template): JsonObject {
  const parameters = params.map((text) => ({ type: 'text', text: oneLine(text) }));
  const components = [...(parameters.length === 0 ? [] : [{ type: 'body', parameters }]), ...buttons.map(buttonPart)];
  const filled = components.length === 0 ? {} : { components };
  return { type: 'template', template: { name, language: { code: language.replaceAll('-', '_') }, ...filled } };
}

/** Meta calls what a quick reply brings its payload, and what is copied a coupon code. */
function buttonPart({ kind, value, at }: TemplateButton): JsonObject {
  const text = oneLine(value);
  const [sub_type, parameter] =
    kind === 'url'
      ? ['url', { type: 'text', text }]
      : kind === 'reply'
        ? ['quick_reply', { type: 'payload', payload: text }]
        : ['copy_code', { type: 'coupon_code', coupon_code: text }];
  return { type: 'button', sub_type, index: String(at), parameters: [parameter] };
}

/** Meta refuses line breaks, tabs and runs of spaces in the values of a template. */
function oneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ');
}

function locationBody({ latitude, longitude, name, address }: Location): JsonObject {
  return { type: 'location', location: { latitude, longitude, ...given({ name, address }) } };
}

/** Media with the caption, or with the text below them where it has room there. */
function mediaBodies({ media, text }: Outbound): JsonObject[] {
  if (media === undefined) return [];
  const caption = media.caption ?? (isCaption(media, text) ? text : undefined);
  return [{ type: media.type, [media.type]: { ...file(media), ...given({ caption }) } }];
}

function textBodies(message: Outbound): JsonObject[] {
  const { text = '', media } = message;
  const body = optionsOf(message).length === 0 ? text : asText({ ...message, media: undefined, location: undefined });
  const below = media !== undefined && isCaption(media, body) && optionsOf(message).length === 0;
  return body.trim() === '' || below ? [] : [textBody(body)];
}

function textBody(body: string): JsonObject {
  return { type: 'text', text: { body, preview_url: /https?:\/\//i.test(body) } };
}

/** True when a text goes below media as their caption. */
function isCaption(media: Media, text: string | undefined): text is string {
  if (text === undefined || text.trim() === '' || media.caption !== undefined) return false;
  return text.length <= WHATSAPP.caption && WHATSAPP.withoutCaption?.includes(media.type) !== true;
}

/** Buttons or a list below a text; null when there are none, or WhatsApp would refuse them. */
function offerBody(message: Outbound): JsonObject | null {
  const { text = '', list } = message;
  const buttons = [...(message.buttons ?? []), ...(message.quick_replies ?? [])];
  if (text.trim() === '' || text.length > (WHATSAPP.body ?? WHATSAPP.text)) return null;
  if (list !== undefined && buttons.length === 0) return isList(list) ? listBody(text, list) : null;
  if (list !== undefined || !isPickable(buttons, WHATSAPP.buttons, WHATSAPP.buttonLabel, BUTTON_ID)) return null;
  const replies = buttons.map(({ id, label }) => ({ type: 'reply', reply: { id, title: label } }));
  return interactive('button', text, { buttons: replies }, message);
}

function listBody(text: string, { label, options }: NonNullable<Outbound['list']>): JsonObject {
  const rows = options.map(({ id, label: title, description }) => ({
    id,
    title,
    ...given({ description: description === '' ? undefined : description }),
  }));
  return interactive('list', text, { button: label, sections: [{ rows }] }, {});
}

function interactive(type: string, text: string, action: JsonObject, { media }: Outbound): JsonObject {
  const header =
    media === undefined || !canHead({ media }) ? {} : { header: { type: media.type, [media.type]: file(media) } };
  return { type: 'interactive', interactive: { type, ...header, body: { text }, action } };
}

/** A picture, film or document without a caption can stand above buttons; nothing can above a list. */
function canHead({ media, list }: Outbound): boolean {
  return media !== undefined && list === undefined && media.caption === undefined && media.type !== 'audio';
}

function isList({ label, options }: NonNullable<Outbound['list']>): boolean {
  const button = label.trim() !== '' && label.length <= (WHATSAPP.listButton ?? label.length);
  const rows = isPickable(options, WHATSAPP.list, WHATSAPP.listLabel, WHATSAPP.optionId ?? BUTTON_ID);
  return button && rows && options.every(({ description = '' }) => description.length <= (WHATSAPP.description ?? 0));
}

/** Meta refuses the whole message when ids or titles are empty, too long or not all different. */
function isPickable(options: readonly Option[], most: number, label: number, id: number): boolean {
  const distinct = (values: readonly string[]): boolean => new Set(values).size === options.length;
  return (
    options.length > 0 &&
    options.length <= most &&
    distinct(options.map((option) => option.id)) &&
    distinct(options.map((option) => option.label.trim())) &&
    options.every((option) => option.id.trim() !== '' && option.id.length <= id) &&
    options.every((option) => option.label.trim() !== '' && option.label.length <= label)
  );
}

function file({ type, url, filename }: Media): JsonObject {
  return { link: url, ...(type === 'document' ? given({ filename }) : {}) };
}

/** The fields that have a value. */
function given(fields: Readonly<Record<string, string | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''));
}
