import type { ChannelHost, HttpAnswer, HttpFile } from '../../src/channel/channel.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { Settings } from './settings.ts';

/** Milliseconds for one request; the outbox gives a send 60 s. */
const TIMEOUT = 20_000;

/** Milliseconds for one file. */
const FILE_TIMEOUT = 120_000;

/** How requests get out: the host's client. */
export type Wire = Required<Pick<ChannelHost, 'http' | 'download'>>;

/** Meta's Graph API for one business number. */
export class Graph {
  private readonly settings: Settings;
  private readonly wire: Wire;

  constructor(settings: Settings, wire: Wire) {
    this.settings = settings;
    this.wire = wire;
  }

  /** Sends a message, or marks one as read. */
  async post(body: JsonObject): Promise<HttpAnswer> {
    const { apiUrl, phoneNumberId } = this.settings;
    return await this.wire.http({
      method: 'POST',
      url: `${apiUrl}/${encodeURIComponent(phoneNumberId)}/messages`,
      headers: { ...this.authorization(), 'Content-Type': 'application/json' },
      body: JSON.stringify({ messaging_product: 'whatsapp', ...body }),
      timeout: TIMEOUT,
    });
  }

  /** What Meta knows of a file, and an address that is good for 5 minutes. */
  async media(id: string): Promise<HttpAnswer> {
    const { apiUrl, phoneNumberId } = this.settings;
    const url = `${apiUrl}/${encodeURIComponent(id)}?phone_number_id=${encodeURIComponent(phoneNumberId)}`;
    return await this.wire.http({ method: 'GET', url, headers: this.authorization(), timeout: TIMEOUT });
  }

  /** Fetches a file from Meta; `url` has to be one of {@link isOurs}. */
  async file(url: string, take: (file: HttpFile) => Promise<void>): Promise<HttpAnswer> {
    return await this.wire.download({ method: 'GET', url, headers: this.authorization(), timeout: FILE_TIMEOUT }, take);
  }

  /** True for addresses that may get the token: Meta's file hosts, and the API itself. */
  isOurs(url: string): boolean {
    if (!URL.canParse(url)) return false;
    const { protocol, hostname, origin } = new URL(url);
    if (origin === new URL(this.settings.apiUrl).origin) return true;
    return protocol === 'https:' && /(?:^|\.)(?:fbsbx\.com|facebook\.com|fbcdn\.net|whatsapp\.net)$/.test(hostname);
  }

  private authorization(): Record<string, string> {
    return { Authorization: `Bearer ${this.settings.token}` };
  }
}
