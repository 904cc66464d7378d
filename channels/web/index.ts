import type { Channel, Sent } from '../../src/channel/channel.ts';
import { WEB } from '../../src/channel/limits.ts';
import { loadAssets } from './assets.ts';
import { checkWeb } from './check.ts';
import { Streams } from './events.ts';
import { Files } from './files.ts';
import { mount } from './routes.ts';
import { bySession } from './session.ts';
import { readSettings } from './settings.ts';

/** By the time it is told here, a message is in the transcript, and so delivered. */
const SENT: Sent = { kind: 'sent' };

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
  async open(outer) {
    const host = bySession(outer);
    const assets = await loadAssets();
    if (!assets.files.has('chat.js')) host.log('warn', 'the chat page has no script yet: run `npm run build`');
    const streams = new Streams(host);
    const { uploads, uploadMax } = readSettings(host.env);
    const files = new Files(uploads);
    if ((host.env['MONGODB_URI'] ?? '') !== '' && uploadMax > 0)
      host.log('info', `files of visitors are kept in ${uploads}: several machines have to share that folder`);
    mount(host, { streams, assets, files });
    return {
      send(_delivery, contact) {
        streams.wake(contact.address);
        return SENT;
      },
      typing: (contact, on) => streams.typing(contact.address, on),
      tidy: (before) => files.tidy(before),
      async close() {
        streams.close();
      },
    };
  },
  check: checkWeb,
};
