import { isWebUrl } from './bubbles.ts';
import { embedded } from './embedded.ts';
import { part } from './part.ts';
import { filled, words } from './speech.ts';

/** Long enough to read the last message. */
const LEAVE_MS = 4000;

/** What stands in place of the text field when a conversation is over. */
export interface Ending {
  /** `leave`: go to the URL by itself after a moment; otherwise it is only a link. */
  show(text: string, url: string | undefined, leave: boolean): void;
  hide(): void;
  hidden(): boolean;
}

/** Wires up the panel; `again` starts a new conversation. */
export function ending(again: () => void): Ending {
  const panel = part('over');
  const onward = part('onward');
  let timer = 0;
  const hide = (): void => {
    clearTimeout(timer);
    panel.hidden = true;
  };
  part('again').addEventListener('click', again);
  return {
    hide,
    hidden: () => panel.hidden !== false,
    show(text, url, leave) {
      clearTimeout(timer);
      const target = url !== undefined && isWebUrl(url) ? new URL(url) : undefined;
      panel.hidden = false;
      onward.hidden = target === undefined;
      say(panel, target !== undefined && leave ? `${text} ${filled(words.leaving, target.host)}` : text);
      if (target === undefined) return;
      onward.setAttribute('href', target.href);
      // Out of the frame, when there is one: the page is to go on, not the small window in it.
      if (embedded) onward.setAttribute('target', '_top');
      onward.textContent = filled(words.onward, target.host);
      if (leave) timer = setTimeout(() => location.assign(target.href), LEAVE_MS);
    },
  };
}

function say(panel: HTMLElement, text: string): void {
  const line = panel.querySelector('p');
  if (line !== null) line.textContent = text;
}
