/** Keeps a text for this tab over reloads. Where the browser forbids that, nothing is kept and nothing breaks. */
export function remember(key: string, value: string): void {
  try {
    if (value === '') sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, value);
  } catch {
    // Storage is off or full.
  }
}

/** What was kept, or the empty text. */
export function recall(key: string): string {
  try {
    return sessionStorage.getItem(key) ?? '';
  } catch {
    return '';
  }
}

/** Keeps a text for this site over tabs and days, as far as the browser allows. */
export function rememberForSite(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage is off or full: the chat lasts as long as the page.
  }
}

/** What was kept for this site, or the empty text. */
export function recallForSite(key: string): string {
  try {
    return localStorage.getItem(key) ?? '';
  } catch {
    return '';
  }
}

/** An id nobody else has; `crypto.randomUUID` is missing on plain http. */
export function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
