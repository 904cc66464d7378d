import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Links } from './links.ts';

/** Milliseconds for which a link of the log works, once; and for which the browser that opened it is let in. */
const LINK_LIFE = 15 * 60_000;
const VISIT = 60 * 60_000;

const COOKIE = 'parley_whatsapp_web';

/**
 * Who may see the page with the QR code: whoever reads the server's log. It has a link that works once and becomes a cookie,
 * so that a link that lies around in a history lets nobody in.
 */
export class Door {
  private readonly links: Links;
  private readonly path: string;
  private readonly publicUrl: string;
  private readonly now: () => number;
  /** Links that were used, until they would have run out. */
  private readonly used = new Map<string, number>();

  constructor(links: Links, publicUrl: string, path: string, now: () => number) {
    this.links = links;
    this.publicUrl = publicUrl;
    this.path = path;
    this.now = now;
  }

  /** A new link for the log. */
  link(): string {
    return `${this.publicUrl}${this.path}?key=${this.ticket('link', LINK_LIFE)}`;
  }

  /** `in`: the page may be shown. `sent_on`: the response is done. `refused`: neither link nor cookie is good. */
  open(request: Request, response: Response): 'in' | 'sent_on' | 'refused' {
    const key = new URL(request.originalUrl, 'http://parley').searchParams.get('key');
    if (key === null) return this.isGood('visit', cookieOf(request)) ? 'in' : 'refused';
    if (this.used.has(key) || !this.isGood('link', key)) return 'refused';
    this.use(key);
    const secure = this.publicUrl.startsWith('https:');
    response.cookie(COOKIE, this.ticket('visit', VISIT), {
      httpOnly: true,
      sameSite: 'lax',
      secure,
      path: this.path,
      maxAge: VISIT,
    });
    response.set('Cache-Control', 'no-store').redirect(303, this.path);
    return 'sent_on';
  }

  private use(key: string): void {
    const now = this.now();
    for (const [old, until] of this.used) if (until <= now) this.used.delete(old);
    this.used.set(key, now + LINK_LIFE);
  }

  private ticket(kind: string, life: number): string {
    const text = `${this.now() + life}.${randomBytes(9).toString('base64url')}`;
    return `${text}.${this.links.sign(`${kind} ${text}`)}`;
  }

  private isGood(kind: string, ticket: string): boolean {
    const [until = '', chance = '', signature = ''] = ticket.split('.');
    return this.links.isSigned(`${kind} ${until}.${chance}`, signature) && Number(until) > this.now();
  }
}

function cookieOf({ headers }: Request): string {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1) ?? '';
}
