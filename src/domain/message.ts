import { isoOf } from './iso.ts';
import type { Json } from './json.ts';

/** A file or picture that came in or goes out. `url` is data: it is never fetched with credentials. */
export interface Media {
  readonly type: 'image' | 'audio' | 'video' | 'document';
  readonly url: string;
  readonly caption?: string;
  readonly filename?: string;
  readonly mime?: string;
}

export interface Location {
  readonly latitude: number;
  readonly longitude: number;
  readonly name?: string;
  readonly address?: string;
}

/** Something to pick. `id` comes back as the choice; without one the label does. */
export interface Option {
  readonly id: string;
  readonly label: string;
  readonly description?: string;
}

/** A message from a contact, in the words every channel shares. */
export interface Inbound {
  /** What was typed, or the caption, or the label of the button pressed. */
  readonly text: string;
  /** Id of the button or row that was picked, when the channel tells. */
  readonly choice?: string;
  readonly attachments?: readonly Media[];
  readonly location?: Location;
}

/** A message for a contact, before a channel renders it within its limits. */
export interface Outbound {
  readonly text?: string;
  readonly media?: Media;
  /** Few options, shown as buttons where the channel has them. */
  readonly buttons?: readonly Option[];
  /** Many options, shown as a list where the channel has one. */
  readonly list?: { readonly label: string; readonly options: readonly Option[] };
  readonly quick_replies?: readonly Option[];
  readonly location?: Location;
  /** A message that the channel has approved before (WhatsApp); `text` is what channels without templates say. */
  readonly template?: Template;
}

/** A message template of WhatsApp: its name there, its language, and the values of its placeholders in order. */
export interface Template {
  readonly name: string;
  readonly language: string;
  readonly params: readonly string[];
  /** What its buttons need to know. */
  readonly buttons?: readonly TemplateButton[];
}

/**
 * What fills in one button of a template: the end of its address (`url`, also how the button of an authentication
 * template gets its code), a coupon to copy, or what pressing it brings as the choice.
 */
export interface TemplateButton {
  readonly kind: 'url' | 'copy_code' | 'reply';
  readonly value: string;
  /** Its place among the buttons, from 0. */
  readonly at: number;
}

/** The message as `@message` shows it to a flow. */
export function messageValue(id: string, at: number, message: Inbound): Json {
  const { text, attachments, choice, location } = message;
  const sent = attachments === undefined ? [] : attachments.map((media) => ({ ...media }));
  const value = { id, at: isoOf(at), text, attachments: sent };
  if (choice === undefined && location === undefined) return value;
  return {
    ...value,
    ...(choice === undefined ? {} : { choice }),
    ...(location === undefined ? {} : { location: { ...location } }),
  };
}
