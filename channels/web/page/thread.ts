import { botRow, optionButton, ownRow } from './bubbles.ts';
import type { Pick } from './bubbles.ts';
import { words } from './speech.ts';
import type { Message } from './wire.ts';

/** How near to the end (in pixels) counts as reading along. */
const NEAR = 120;

/** The elements of the page that a conversation lives in. */
export interface Places {
  readonly log: HTMLElement;
  readonly typing: HTMLElement;
  readonly latest: HTMLElement;
  readonly quick: HTMLElement;
}

interface Item {
  readonly key: string;
  readonly side: 'bot' | 'own';
  readonly message: Message;
  readonly row: HTMLElement;
  /** Infinity while the server has not got it. */
  seq: number;
  /** Its buttons can be pressed. */
  open: boolean;
}

/** The conversation on the page: every message once, in the server's order, own unsent ones last. */
export class Thread {
  readonly #places: Places;
  readonly #pick: Pick;
  #items: Item[] = [];
  #following = true;
  #frame = 0;

  constructor(places: Places, pick: Pick) {
    this.#places = places;
    this.#pick = pick;
    places.log.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    // Pictures grow when they arrive, the log shrinks when a keyboard opens; who reads along stays at the end.
    places.log.addEventListener('load', () => this.#follow(), { capture: true });
    new ResizeObserver(() => this.#follow()).observe(places.log);
    places.latest.addEventListener('click', () => this.toEnd());
  }

  /** A message of the bot; true when it was not on the page before. */
  bot(message: Message): boolean {
    if (!this.#put('bot', message, () => botRow(message, this.#pick))) return false;
    if (this.#following) this.#follow();
    else this.#places.latest.hidden = false;
    return true;
  }

  /** A message of the visitor: its `seq` is Infinity until the server has it. */
  own(message: Message): void {
    if (this.#put('own', message, () => ownRow(message))) this.#follow();
    if (Number.isFinite(message.seq)) this.state(message.id, '');
  }

  /** A line under an own message: not sent yet, or why it cannot be sent. */
  state(id: string, text: string, failed = false): void {
    const row = this.#items.find((item) => item.key === `own ${id}`)?.row;
    const line = row?.querySelector('.state');
    if (line && line.textContent !== text) line.textContent = text;
    row?.classList.toggle('failed', failed);
    this.#follow();
  }

  /** Shows or hides the dots. */
  typing(on: boolean): void {
    this.#places.typing.hidden = !on;
    this.#follow();
  }

  /** Takes everything off the page. */
  clear(): void {
    for (const { row } of this.#items) row.remove();
    this.#items = [];
    this.#settleChoices();
    this.toEnd();
  }

  /** Scrolls to the newest message and stays there. */
  toEnd(): void {
    this.#following = true;
    this.#follow();
  }

  /** Puts a message where its number belongs; true when it was not on the page before. */
  #put(side: Item['side'], message: Message, make: () => HTMLElement): boolean {
    const key = `${side} ${message.id}`;
    const known = this.#items.find((item) => item.key === key);
    if (known && (known.seq === message.seq || message.seq === Infinity)) return false;
    // A file is a name while it is on its way, and a picture once the server has it.
    const kept = message.attachments === undefined ? known : undefined;
    const item = kept ?? { key, side, message, row: make(), seq: message.seq, open: known?.open ?? true };
    item.seq = message.seq;
    if (known !== undefined && kept === undefined) this.#remove(known);
    this.#insert(item);
    this.#settleChoices();
    if (message.choice !== undefined && known === undefined) this.#markPicked(item, message.choice);
    return known === undefined;
  }

  #remove(item: Item): void {
    item.row.remove();
    this.#items = this.#items.filter((other) => other !== item);
  }

  #insert(item: Item): void {
    const others = this.#items.filter((other) => other !== item);
    const found = others.findIndex((other) => other.seq > item.seq);
    const index = found === -1 ? others.length : found;
    this.#items = [...others.slice(0, index), item, ...others.slice(index)];
    const next = others[index]?.row ?? this.#places.typing;
    // Moving a row that is in its place already would make screen readers say it again.
    if (item.row.nextElementSibling !== next) this.#places.log.insertBefore(item.row, next);
  }

  /** An answer takes back the choices above it; quick replies belong to the last message only. */
  #settleChoices(): void {
    const answered = this.#items.map((item) => item.side).lastIndexOf('own');
    for (const item of this.#items.slice(0, Math.max(answered, 0)).filter((each) => each.open)) {
      item.open = false;
      for (const button of item.row.querySelectorAll('button')) button.disabled = true;
    }
    const replies = this.#items.at(-1)?.message.quick_replies ?? [];
    const { quick } = this.#places;
    if (replies.length > 0 || !quick.hidden)
      quick.replaceChildren(...replies.map((option) => optionButton(option, this.#pick)));
    quick.hidden = replies.length === 0;
  }

  #markPicked(answer: Item, choice: string): void {
    for (let index = this.#items.indexOf(answer) - 1; index >= 0; index -= 1) {
      const buttons = [...(this.#items[index]?.row.querySelectorAll<HTMLElement>('button.option') ?? [])];
      const picked = buttons.find((button) => button.dataset.choice === choice);
      picked?.classList.add('picked');
      picked?.append(Object.assign(document.createElement('span'), { className: 'sr', textContent: words.picked }));
      if (buttons.length > 0) return;
    }
  }

  #scrolled(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.#places.log;
    this.#following = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.#following) this.#places.latest.hidden = true;
  }

  /** Once per frame: a long history must not be laid out once per message. */
  #follow(): void {
    if (!this.#following || this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      const { log, latest } = this.#places;
      log.scrollTop = log.scrollHeight;
      latest.hidden = true;
    });
  }
}
