import type { Channel, ChannelHost, OpenChannel } from '../../src/channel/channel.ts';
import { WHATSAPP_WEB } from '../../src/channel/limits.ts';
import { checkWhatsAppWeb } from './check.ts';
import { findChromium } from './chromium.ts';
import { readSettings } from './settings.ts';

/** WhatsApp by a phone that is linked to a browser, without Meta's leave. Flows call it `whatsapp`. */
export const whatsappWeb: Channel = {
  name: 'whatsapp-web',
  title: 'WhatsApp (linked phone)',
  summary: 'A number on WhatsApp by a linked phone and a browser. Unofficial: WhatsApp may block the number.',
  needs: [],
  limits: WHATSAPP_WEB,
  repeat: 'seen',
  async open(host: ChannelHost): Promise<OpenChannel> {
    const settings = readSettings(host.env);
    const chromium = findChromium(settings.chromium, process.env['PATH'] ?? '');
    const { openWhatsAppWeb } = await import('./open.ts');
    return await openWhatsAppWeb(host, settings, chromium);
  },
  check: checkWhatsAppWeb,
};
