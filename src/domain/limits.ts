import type { Media } from './message.ts';

/** One message in so many milliseconds over time, and so many in a row before that counts. */
export interface Rate {
  readonly every: number;
  readonly burst: number;
}

/**
 * What a channel can show. Numbers of characters count UTF-16 units, which is never less than any way in which a
 * channel may count. A limit that is absent is none, unless it says otherwise.
 */
export interface Limits {
  /** Characters of a message that is text alone. */
  readonly text: number;
  /** Characters below a picture, sound, film or document. */
  readonly caption: number;
  /** Buttons of one message; 0: it has none. */
  readonly buttons: number;
  readonly buttonLabel: number;
  /** Rows of one list; 0: it has none. */
  readonly list: number;
  /** Characters of a row's label. */
  readonly listLabel: number;
  /** Characters of the text above buttons or a list, which then has to be there; absent: as many as `text`, or none. */
  readonly body?: number;
  /** Characters below the label of a row. */
  readonly description?: number;
  /** Characters below the label of a button; absent: buttons have labels only. */
  readonly buttonDescription?: number;
  /** Characters of what is pressed to open a list. */
  readonly listButton?: number;
  /** Characters of an option's id. */
  readonly optionId?: number;
  /** Quick replies above the text field; absent: it has none, and they are shown as buttons. */
  readonly quickReplies?: number;
  /** Characters of the line above a message with buttons, and of the one below. */
  readonly header?: number;
  readonly footer?: number;
  /** Kinds of media that have no caption. */
  readonly withoutCaption?: readonly Media['type'][];
  /** True when messages can be sent by the name of a template. */
  readonly templates?: true;
  /** Milliseconds after the contact's last message in which anything may be sent; later templates only. Absent: always. */
  readonly window?: number;
  /** How fast messages may follow each other in one conversation; absent: as fast as can be. */
  readonly rate?: Rate;
}
