import type { Channel, ChannelHost } from '../../src/channel/channel.ts';
import { WHATSAPP } from '../../src/channel/limits.ts';
import { ParleyError } from '../../src/domain/error.ts';
import { checkWhatsAppCloud } from './check.ts';
import { deliver } from './deliver.ts';
import { Graph } from './graph.ts';
import type { Wire } from './graph.ts';
import { Identity } from './identity.ts';
import { notesInMemory } from '../../src/channel/notes.ts';
import { mediaLink } from './media.ts';
import { Pace } from './pace.ts';
import { Recent } from '../../src/channel/recent.ts';
import { Reported } from './reported.ts';
import { mount } from './routes.ts';
import { NEEDS, readSettings } from './settings.ts';
import { Statuses } from './statuses.ts';

/** Contacts whose last message is remembered, to mark it as read when an answer is under way. */
const CONTACTS = 10_000;

/** WhatsApp by Meta's Cloud API: signed webhooks in, the Graph API out. Flows call it `whatsapp`. */
export const whatsappCloud: Channel = {
  name: 'whatsapp-cloud',
  title: 'WhatsApp (Cloud API)',
  summary: 'A business number on WhatsApp, by the Cloud API of Meta.',
  needs: NEEDS,
  limits: WHATSAPP,
  repeat: 'seen',
  async open(host) {
    const settings = readSettings(host.env);
    const graph = new Graph(settings, wireOf(host));
    const notes = host.notes ?? notesInMemory();
    const identity = new Identity(host, notes);
    const reported = new Reported(host, notes);
    const statuses = new Statuses(host, reported);
    const pace = new Pace(settings.rate, () => host.now());
    const stop = new AbortController();
    const unread = new Recent<string>(CONTACTS);
    const link = (id: string): string => mediaLink(settings.publicUrl, settings.secrets[0] ?? '', id);
    const heard = (address: string, id: string): void => unread.set(address, id);
    mount(host, settings, graph, { host, phoneNumberId: settings.phoneNumberId, identity, statuses, link, heard });
    const parts = { host, graph, identity, statuses, reported, pace, signal: stop.signal };
    return {
      send: (delivery, contact) => deliver(delivery, contact, parts),
      typing(contact, on) {
        if (on) void showTyping(graph, unread.get(contact.address), host);
      },
      async close() {
        stop.abort();
      },
    };
  },
  check: checkWhatsAppCloud,
};

function wireOf({ http, download }: ChannelHost): Wire {
  if (http === undefined || download === undefined)
    throw new ParleyError('bad_config', 'whatsapp-cloud needs a server that makes requests for its channels');
  return { http, download };
}

/** Marks the contact's last message as read and shows dots for up to 25 s; a courtesy, so a fault is only logged. */
async function showTyping(graph: Graph, messageId: string | undefined, host: ChannelHost): Promise<void> {
  if (messageId === undefined) return;
  const answer = await graph.post({ status: 'read', message_id: messageId, typing_indicator: { type: 'text' } });
  if (answer.kind === 'answered' && answer.status < 300) return;
  host.log('info', 'typing could not be shown', { reason: answer.kind === 'answered' ? answer.status : answer.reason });
}
