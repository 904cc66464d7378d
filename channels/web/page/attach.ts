import { part } from './part.ts';
import { filled, words } from './speech.ts';
import { pause } from './wire.ts';
import type { Media } from './wire.ts';

/** What became of a file: `gone` when the server does not know the session. */
export type Sent =
  | { readonly kind: 'sent'; readonly media: Media }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'gone' };

/** Bytes of the largest file that the server takes; 0: it takes none. */
const max = Number(document.body.dataset.files);

/** The button for files: shown while there is a session to send them to. */
export function attachButton(take: (file: File) => void): { show(yes: boolean): void } {
  const [button, field] = [part('attach'), part('file')];
  button.addEventListener('click', () => field.click());
  field.addEventListener('change', () => {
    if (!(field instanceof HTMLInputElement)) return;
    for (const file of field.files ?? []) take(file);
    // The same file may be chosen again.
    field.value = '';
    button.focus();
  });
  return {
    show(yes) {
      button.hidden = !yes || max === 0;
    },
  };
}

/** Sends a file to the server, again and again until it is there or refused, or `wanted` says no more. Never throws. */
export async function sendFile(session: string, file: File, wanted: () => boolean): Promise<Sent> {
  if (file.size > max) return { kind: 'refused', reason: tooLarge() };
  for (let tries = 0; wanted(); tries += 1) {
    const sent = await post(session, file);
    if (sent !== null) return sent;
    await new Promise((resolve) => setTimeout(resolve, pause(tries)));
  }
  return { kind: 'gone' };
}

async function post(session: string, file: File): Promise<Sent | null> {
  try {
    const response = await fetch(`/api/chat/${session}/uploads`, {
      method: 'POST',
      headers: { 'Content-Type': file.type || 'application/octet-stream', 'X-Filename': encodeURIComponent(file.name) },
      body: file,
    });
    if (response.ok) return { kind: 'sent', ...(await response.json()) };
    if (response.status >= 500 || response.status === 429) return null;
    if (response.status === 404) return { kind: 'gone' };
    return { kind: 'refused', reason: reasonOf(response.status) };
  } catch {
    return null;
  }
}

function reasonOf(status: number): string {
  if (status === 413) return tooLarge();
  return status === 409 ? words.many : words.kind;
}

function tooLarge(): string {
  const size = max >= 1024 * 1024 ? `${Math.floor(max / 1024 / 1024)} MB` : `${Math.floor(max / 1024)} KB`;
  return filled(words.large, size);
}
