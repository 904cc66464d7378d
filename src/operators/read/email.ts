const LOCAL = /[\p{L}\p{M}\p{N}.!#$%&*+/=?^_`{|}~-]{1,64}$/u;
const DOMAIN =
  /^(?:[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?\.){1,8}\p{L}[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}]/u;

/**
 * The first e-mail address in a text, letters of any script allowed, or null. The domain comes back in small
 * letters; what is before the @ stays as typed, because mail servers may tell its capitals apart.
 * Works outward from each @, so that a long text without one costs nothing.
 */
export function findEmail(text: string): string | null {
  for (let at = text.indexOf('@'); at > 0; at = text.indexOf('@', at + 1)) {
    const local = LOCAL.exec(text.slice(Math.max(0, at - 65), at))?.[0].replace(/^\.+/, '');
    const domain = DOMAIN.exec(text.slice(at + 1, at + 256))?.[0];
    if (local === undefined || domain === undefined || !sound(local)) continue;
    return `${local}@${domain.toLowerCase()}`;
  }
  return null;
}

function sound(local: string): boolean {
  return local !== '' && !local.endsWith('.') && !local.includes('..');
}
