import type { Channel } from '../../src/channel/channel.ts';
import { WEB } from '../../src/channel/limits.ts';
import { loadAssets } from './assets.ts';
import { Streams } from './events.ts';
import { mount } from './routes.ts';

/**
 * Chat in the browser: a page per linked flow, and the API it uses. The transcript is the outbox of this channel:
 * a message is delivered once it is in there, and every open tab reads it from there.
 */
export const web: Channel = {
  name: 'web',
  title: 'Web chat',
  summary: 'A chat page for every flow that a link may start, and an HTTP API to build your own.',
  needs: [],
  limits: WEB,
  repeat: 'unseen',
  async open(host) {
    const assets = await loadAssets();
    if (!assets.files.has('chat.js')) host.log('warn', 'the chat page has no script yet: run `npm run build`');
    const streams = new Streams(host);
    mount(host, streams, assets);
    return {
      async send(_delivery, contact) {
        streams.wake(contact.address);
        return { kind: 'sent' };
      },
      typing: (contact, on) => streams.typing(contact.address, on),
      async close() {
        streams.close();
      },
    };
  },
};
