/** True for an absolute http(s) URL with a host, as the redirect at the end of a web flow must be (Truora). */
export function isHttpUrl(text: string): boolean {
  if (!/^https?:\/\/[^/?#\s]/i.test(text) || !URL.canParse(text)) return false;
  return new URL(text).hostname !== '';
}
