import type { Media } from '../../src/domain/message.ts';

/** What a file is, by its bytes. */
export interface Kind {
  readonly type: Media['type'];
  readonly mime: string;
  /** Endings that its name may have; the first is added when it has none of them. */
  readonly endings: readonly string[];
}

/** Bytes from the beginning that are enough to tell. */
export const HEAD_BYTES = 64;

/** Kinds that are taken, for people. */
export const TAKEN = 'pictures, PDF, sound, film and plain text';

/** A size as people say it. */
export function inWords(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${Math.floor(bytes / 1024 / 1024)} MB` : `${Math.floor(bytes / 1024)} KB`;
}

const TEXT: Kind = { type: 'document', mime: 'text/plain', endings: ['txt', 'csv', 'tsv', 'md', 'log'] };
const PDF: Kind = { type: 'document', mime: 'application/pdf', endings: ['pdf'] };

/** By the bytes a file begins with, in hexadecimal; a dot stands for any digit. */
const BEGINNINGS: readonly (readonly [pattern: RegExp, kind: Kind])[] = [
  [/^ffd8ff/, picture('jpeg', 'jpg', 'jpeg', 'jfif')],
  [/^89504e470d0a1a0a/, picture('png', 'png')],
  [/^47494638(37|39)61/, picture('gif', 'gif')],
  [/^52494646.{8}57454250/, picture('webp', 'webp')],
  [/^255044462d/, PDF],
  [/^494433/, sound('mpeg', 'mp3')],
  [/^ff(f[23ab]|e[23ab])/, sound('mpeg', 'mp3')],
  [/^fff[0189]/, sound('aac', 'aac')],
  [/^52494646.{8}57415645/, sound('wav', 'wav')],
  [/^664c6143/, sound('flac', 'flac')],
  [/^2321414d52/, sound('amr', 'amr')],
  [/^4f676753/, sound('ogg', 'ogg', 'oga', 'opus')],
];

/** By the brand of an ISO media file (the family of MP4). */
const BRANDS: readonly (readonly [pattern: RegExp, kind: Kind])[] = [
  [/^(heic|heix|mif1|msf1)/, picture('heic', 'heic', 'heif')],
  [/^avif/, picture('avif', 'avif')],
  [/^M4[AB] /, sound('mp4', 'm4a', 'm4b')],
  [/^qt {2}/, film('quicktime', 'mov')],
  [/^3g[p2]/, film('3gpp', '3gp')],
  [/^(isom|iso\d|mp4\d|avc1|dash|M4V |MSNV|F4V )/, film('mp4', 'mp4', 'm4v')],
];

/**
 * The kind of a file that begins with these bytes, or null for one that is not taken. `isText` is whether all of it is
 * plain text. What was declared only decides whether a recording is sound or film, where the same bytes may begin both.
 */
export function kindOf(head: Buffer, isText: boolean, declared: string): Kind | null {
  const hex = head.toString('hex');
  const begun = BEGINNINGS.find(([pattern]) => pattern.test(hex))?.[1];
  if (begun !== undefined) return begun;
  const spoken = declared.startsWith('audio/');
  if (hex.startsWith('1a45dfa3') && head.includes('webm')) return (spoken ? sound : film)('webm', 'webm');
  if (head.toString('latin1', 4, 8) === 'ftyp') {
    const brand = head.toString('latin1', 8, 12);
    const kind = BRANDS.find(([pattern]) => pattern.test(brand))?.[1] ?? null;
    return spoken && kind?.mime === 'video/mp4' ? sound('mp4', 'm4a', 'mp4') : kind;
  }
  return isText ? TEXT : null;
}

/** Finds out, piece by piece, whether something is UTF-8 text without control characters. */
export class TextTest {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #good = true;

  add(bytes: Uint8Array): void {
    if (this.#good) this.#good = this.#decodes(bytes);
  }

  /** The verdict, to be asked for once, when everything was added. */
  verdict(): boolean {
    return this.#good && this.#decodes();
  }

  #decodes(bytes?: Uint8Array): boolean {
    try {
      const text = bytes === undefined ? this.#decoder.decode() : this.#decoder.decode(bytes, { stream: true });
      // oxlint-disable-next-line no-control-regex
      return !/[\u0000-\u0008\u000E-\u001F\u007F]/.test(text);
    } catch {
      return false;
    }
  }
}

function picture(format: string, ...endings: string[]): Kind {
  return { type: 'image', mime: `image/${format}`, endings };
}

function sound(format: string, ...endings: string[]): Kind {
  return { type: 'audio', mime: `audio/${format}`, endings };
}

function film(format: string, ...endings: string[]): Kind {
  return { type: 'video', mime: `video/${format}`, endings };
}
