import { expect } from 'chai';
import { placesClient } from '../../src/wiring/outgoing.ts';

/** How a request of a channel ends: `refused_address` is the guard, `network` that nobody listens. */
const TABLE: readonly (readonly [url: string, ends: string])[] = [
  ['http://127.0.0.1:1/channels/slack/files/F7?signature=x', 'network'],
  ['http://127.0.0.1:1/channels/whatsapp-cloud/media/1', 'network'],
  ['http://127.0.0.1:1/channels/whatsapp-web/media/1', 'network'],
  ['http://127.0.0.1:1/files/1', 'network'],
  ['http://127.0.0.1:1/filesystem', 'refused_address'],
  ['http://127.0.0.1:1/channels/whatsapp-web', 'refused_address'],
  ['http://127.0.0.1:1/channels/slack/events', 'refused_address'],
  ['http://127.0.0.1:1/api/v1/contacts', 'refused_address'],
  ['http://127.0.0.1:1/files/../metrics', 'refused_address'],
  ['http://127.0.0.1:2/files/1', 'refused_address'],
  ['http://169.254.169.254/files/1', 'refused_address'],
];

describe('files of this server that go out on another channel', () => {
  for (const [url, ends] of TABLE)
    it(`${url}: ${ends}`, async () => {
      const client = placesClient({ outboundAllow: [], env: { PUBLIC_URL: 'http://127.0.0.1:1/' } });
      const outcome = await client.send({ method: 'GET', url, headers: {}, timeout: 5000 }, 'k');
      await client.close();
      expect(outcome).to.include({ kind: 'failed', code: ends });
    });
});
