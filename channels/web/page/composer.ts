import { recall, remember } from './memory.ts';
import { part } from './part.ts';

/** What the server takes in one message. */
const MAX_BYTES = 16 * 1024;

/** The text field and its button. A draft survives a reload. */
export class Composer {
  readonly #form = part('composer');
  readonly #text: HTMLTextAreaElement;
  readonly #button: HTMLButtonElement;
  readonly #key: string;
  readonly #send: (text: string) => void;

  constructor(flow: string, send: (text: string) => void) {
    const [text, button] = [
      this.#form.querySelector('textarea'),
      this.#form.querySelector<HTMLButtonElement>('[type=submit]'),
    ];
    if (text === null || button === null) throw new Error('the page has no text field');
    this.#text = text;
    this.#button = button;
    this.#key = `parley draft ${flow}`;
    this.#send = send;
    text.value ||= recall(this.#key);
    text.addEventListener('input', () => this.#changed());
    text.addEventListener('keydown', (event) => this.#pressed(event));
    this.#form.addEventListener('submit', (event) => this.#submit(event));
    this.#changed();
    if (hasKeyboard()) text.focus();
  }

  /** Shows the field, or makes room for what stands there when a chat is over. */
  show(yes: boolean): void {
    const wasHidden = this.#form.hidden;
    this.#form.hidden = !yes;
    this.#changed();
    if (yes && wasHidden) this.focusGently(this.#form);
  }

  /** Back to the text field, except where that would bring up an on-screen keyboard. */
  focusGently(otherwise: HTMLElement): void {
    if (hasKeyboard() && !this.#form.hidden) this.#text.focus();
    else otherwise.focus({ preventScroll: true });
  }

  #pressed(event: KeyboardEvent): void {
    // An Enter that ends the writing of a Chinese or Japanese word sends nothing.
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) this.#submit(event);
  }

  #submit(event: Event): void {
    event.preventDefault();
    const text = this.#text.value.trim();
    if (text === '' || isTooLong(text)) return;
    this.#send(text);
    this.#text.value = '';
    this.#changed();
    this.#text.focus();
  }

  #changed(): void {
    const { style, value } = this.#text;
    const long = isTooLong(value);
    part('long').hidden = !long || this.#form.hidden;
    this.#button.disabled = value.trim() === '' || long;
    remember(this.#key, value);
    style.height = 'auto';
    style.height = `${this.#text.scrollHeight}px`;
  }
}

function isTooLong(text: string): boolean {
  return text.length > MAX_BYTES / 3 && new Blob([text.trim()]).size > MAX_BYTES;
}

function hasKeyboard(): boolean {
  return matchMedia('(hover: hover) and (pointer: fine)').matches;
}
