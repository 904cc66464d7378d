/** What can be picked; the same words as the server's. */
export interface Option {
  readonly id: string;
  readonly label: string;
  readonly description?: string;
}

/** A file of either side. */
export interface Media {
  readonly type: 'image' | 'audio' | 'video' | 'document';
  readonly url: string;
  readonly caption?: string;
  readonly filename?: string;
}

/** A message of either side, as the API and the events show it. */
export interface Message {
  readonly id: string;
  readonly seq: number;
  readonly text?: string;
  readonly choice?: string;
  readonly buttons?: readonly Option[];
  readonly list?: { readonly label: string; readonly options: readonly Option[] };
  readonly quick_replies?: readonly Option[];
  readonly media?: Media;
  readonly attachments?: readonly Media[];
  readonly location?: {
    readonly latitude: number;
    readonly longitude: number;
    readonly name?: string;
    readonly address?: string;
  };
}

/** What a start and a message are answered with; `session` comes with a start. */
export interface Answer {
  readonly session: string;
  readonly messages: readonly Message[];
  readonly ended: boolean;
  readonly redirect_url?: string;
  readonly pending?: boolean;
}

/** What a visitor typed, picked or sent; `words` is how the page shows it. */
export interface Say {
  readonly id: string;
  readonly words: string;
  readonly choice?: string;
  readonly media?: Media;
}

/** `later`: nobody took it, try again with the same id. `refused`: trying again would not help. */
export type Posted =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'later' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'refused'; readonly reason: string };

/** Longer than the 30 s after which the server answers in any case. */
const TIMEOUT_MS = 45_000;
const SLOWEST_MS = 30_000;

/** Posts to the chat API; never throws. */
export async function post(path: string, body: object, headers: Record<string, string> = {}): Promise<Posted> {
  try {
    const response = await fetch(`/api/chat/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.ok) return { kind: 'answered', answer: await response.json() };
    if (response.status >= 500 || response.status === 429) return { kind: 'later' };
    if (response.status === 404) return { kind: 'gone' };
    const refused: { error?: { message?: string } } = await response.json();
    return { kind: 'refused', reason: refused.error?.message ?? '' };
  } catch {
    return { kind: 'later' };
  }
}

/** The pause before another try: doubles up to half a minute, with chance in it so that not all pages come at once. */
export function pause(tries: number): number {
  return Math.min(1000 * 2 ** tries, SLOWEST_MS) * (0.75 + Math.random() / 2);
}

/** Who wants to hear of events. */
export interface Listener {
  readonly message: (message: Message) => void;
  readonly echo: (message: Message) => void;
  readonly typing: (on: boolean) => void;
  readonly end: (redirectUrl: string | undefined) => void;
  /** The connection came up or broke. */
  readonly connected: (yes: boolean) => void;
  /** The server knows nothing of the session any more. */
  readonly gone: () => void;
}

/** The events of a session, connected again and again from the last one seen, until it is closed. */
export class Events {
  readonly #path: string;
  readonly #listener: Listener;
  #source: EventSource | null = null;
  #last = '';
  #tries = 0;
  #timer = 0;

  constructor(session: string, listener: Listener) {
    this.#path = `/api/chat/${session}/events`;
    this.#listener = listener;
  }

  /** Connects, unless it is connected already. */
  open(): void {
    if (this.#source !== null) return;
    clearTimeout(this.#timer);
    const source = new EventSource(this.#last === '' ? this.#path : `${this.#path}?last_event_id=${this.#last}`);
    this.#source = source;
    source.addEventListener('open', () => {
      this.#tries = 0;
      this.#listener.connected(true);
    });
    source.addEventListener('error', () => void this.#broken(source.readyState === EventSource.CLOSED));
    const { message, echo, typing, end } = this.#listener;
    this.#on('message', (data) => message(JSON.parse(data)));
    this.#on('echo', (data) => echo(JSON.parse(data)));
    this.#on('typing', (data) => typing(JSON.parse(data).on));
    this.#on('end', (data) => end(JSON.parse(data).redirect_url));
  }

  /** Hangs up until it is opened again. */
  close(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }

  #on(name: string, heard: (data: string) => void): void {
    this.#source?.addEventListener(name, (event) => {
      if (event.lastEventId !== '') this.#last = event.lastEventId;
      heard(event.data);
    });
  }

  async #broken(answered: boolean): Promise<void> {
    this.close();
    this.#listener.connected(false);
    this.#timer = setTimeout(() => this.open(), pause(this.#tries));
    this.#tries += 1;
    // An EventSource does not tell which status it was answered with.
    if (answered && (await isGone(this.#path))) {
      this.close();
      this.#listener.gone();
    }
  }
}

async function isGone(path: string): Promise<boolean> {
  try {
    return (await fetch(path, { method: 'HEAD' })).status === 404;
  } catch {
    return false;
  }
}
