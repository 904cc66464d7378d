// What is run inside WhatsApp's page, in the words that whatsapp-web.js 1.34.7 uses for it.
import type { Ask, Post } from './protocol.ts';

/** How often earlier messages of one chat are loaded. */
const LOADS = 3;

/**
 * Messages of others since then, of chats with one person, as `{ messages, unread }`. The library's own way gives up
 * a whole chat for one message that it cannot read; here that message is counted as unread.
 */
export function recentScript(since: number, chats: number, each: number): string {
  return `(async () => {
    const talks = (chat) => (chat.id.server === 'c.us' || chat.id.server === 'lid') && chat.t >= ${since};
    const all = window.require('WAWebCollections').Chat.getModelsArray().filter(talks);
    const messages = [];
    let unread = 0;
    for (const chat of all.sort((a, b) => b.t - a.t).slice(0, ${chats})) {
      const loaded = () => chat.msgs.getModelsArray();
      for (let i = 0; i < ${LOADS} && loaded().length < ${each} && (loaded()[0]?.t ?? Infinity) >= ${since}; i++) {
        try {
          const more = await window.require('WAWebChatLoadMessages').loadEarlierMsgs({ chat });
          if (!more || more.length === 0) break;
        } catch {
          unread += 1;
          break;
        }
      }
      const wanted = (msg) => !msg.id.fromMe && !msg.isNotification && msg.t >= ${since};
      for (const msg of loaded().filter(wanted).slice(-${each})) {
        try {
          messages.push(window.WWebJS.getMessageModel(msg));
        } catch {
          unread += 1;
        }
      }
    }
    return { messages, unread };
  })()`;
}

/**
 * Ids of our own messages since then in a chat that say the same as a post. One that has not reached WhatsApp's server yet counts, too: the
 * page sends it as soon as it can. One that failed does not.
 */
export function ownScript({ chat, since, post }: Extract<Ask, { kind: 'own' }>): string {
  return `(() => {
    const chat = window.require('WAWebCollections').Chat.get(${JSON.stringify(chat)});
    const mine = (msg) => msg.id.fromMe && msg.t >= ${since} && msg.ack >= 0;
    const same = (msg) => ${sameAs(post)};
    return chat ? chat.msgs.getModelsArray().filter((msg) => mine(msg) && same(msg)).map((msg) => msg.id._serialized) : [];
  })()`;
}

/** WhatsApp makes other files of pictures and films, so of a file only the caption can be compared. */
function sameAs(post: Post): string {
  const text = (value: string): string => JSON.stringify(value.trim());
  if (post.kind === 'text') return `msg.type === 'chat' && (msg.body ?? '').trim() === ${text(post.text)}`;
  if (post.kind === 'file')
    return `Boolean(msg.directPath) && (msg.caption ?? '').trim() === ${text(post.caption ?? '')}`;
  return `msg.type === 'location' && msg.lat === ${post.latitude} && msg.lng === ${post.longitude}`;
}
