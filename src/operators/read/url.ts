import { isHttpUrl } from '../../domain/url.ts';

const START = /(?<![\p{L}\p{N}])(?:https?:\/\/|www\.)[^\s<>"]{1,2048}/giu;
const BARE = /^(?:[\p{L}\p{N}][\p{L}\p{M}\p{N}-]{0,62}\.){1,8}\p{L}{2,63}(?:[/?#:]\S*)?$/u;

/** The first web address (http, https or `www.`) in a text in its normal form, or null. */
export function findUrl(text: string): string | null {
  for (const [written] of text.matchAll(START)) {
    const url = normal(withoutTail(written));
    if (url !== null) return url;
  }
  return null;
}

/** The web address that the whole text is, or null; here `example.com/x` counts too. */
export function parseUrl(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed.length > 2048 || /\s/.test(trimmed)) return null;
  if (/^https?:\/\//i.test(trimmed) || BARE.test(trimmed)) return normal(trimmed);
  return null;
}

function normal(written: string): string | null {
  const absolute = /^https?:/i.test(written) ? written : `https://${written}`;
  if (!isHttpUrl(absolute)) return null;
  const url = new URL(absolute);
  return url.hostname.includes('.') || url.hostname === 'localhost' || url.hostname.startsWith('[') ? url.href : null;
}

/** Without the full stop or bracket of the sentence around it; a bracket that was opened inside the address stays. */
function withoutTail(written: string): string {
  let end = written.length;
  for (; end > 0; end -= 1) {
    const rest = written.slice(0, end);
    if (rest.endsWith(')') && rest.split('(').length >= rest.split(')').length) break;
    if (!/[.,;:!?)\]}'"’”»]$/.test(rest)) break;
  }
  return written.slice(0, end);
}
