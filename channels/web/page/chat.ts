import { attachButton, sendFile } from './attach.ts';
import { Composer } from './composer.ts';
import { embedded, watchEscape } from './embedded.ts';
import { ending } from './ending.ts';
import { newId, recallForSite, rememberForSite } from './memory.ts';
import { Outbox } from './outbox.ts';
import type { Outcome } from './outbox.ts';
import { part } from './part.ts';
import { words as speech } from './speech.ts';
import { watchSurroundings } from './surroundings.ts';
import { Thread } from './thread.ts';
import { Events, pause, post } from './wire.ts';
import type { Answer, Message, Say } from './wire.ts';

/** The session on the page, once there is one. */
let live: { readonly session: string; readonly events: Events; readonly outbox: Outbox } | null = null;

/** What was said before there was one. */
let early: Say[] = [];

const flow = document.body.dataset.flow ?? '';
const sessionKey = `parley session ${flow}`;
const log = part('log');
const places = { log, typing: part('typing'), latest: part('latest'), quick: part('quick') };
const thread = new Thread(places, (option) => {
  say({ id: newId(), words: option.label, choice: option.id });
  composer.focusGently(log);
});
const composer = new Composer(flow, (words) => say({ id: newId(), words }));
const attach = attachButton((file) => void send(file));
const over = ending(() => void begin(true));
const surroundings = watchSurroundings({
  away: () => live?.events.close(),
  back: () => {
    live?.events.open();
    live?.outbox.flush();
  },
});

/** Opens the chat: `true` starts anew, `false` goes on even with one that has ended, otherwise only with a live one. */
async function begin(fresh?: boolean): Promise<void> {
  live?.events.close();
  live?.outbox.close();
  live = null;
  early = [];
  over.hide();
  attach.show(false);
  composer.show(true);
  thread.clear();
  thread.typing(true);
  const answer = await alone(() => start(fresh));
  thread.typing(false);
  log.setAttribute('aria-busy', 'false');
  if (answer === null) gone();
  else join(answer);
}

/** Two tabs that open at once must not make two sessions: the second waits and then has the first one's cookie. */
async function alone<T>(work: () => Promise<T>): Promise<T> {
  if (!('locks' in navigator)) return work();
  try {
    return await navigator.locks.request(`parley start ${flow}`, work);
  } catch {
    // A frame that may keep nothing has no locks either.
    return work();
  }
}

async function start(fresh?: boolean): Promise<Answer | null> {
  for (let tries = 0; ; tries += 1) {
    const posted = await post(
      `${encodeURIComponent(flow)}/start`,
      { wait: false, ...(fresh === undefined ? {} : { fresh }) },
      known(),
    );
    if (posted.kind === 'answered') return kept(posted.answer);
    if (posted.kind !== 'later') return null;
    surroundings.connected(false);
    await new Promise((resolve) => setTimeout(resolve, pause(tries)));
  }
}

/** In a frame of another site browsers keep no cookies, so the page keeps the session itself, for each site apart. */
function known(): Record<string, string> {
  return embedded ? { 'X-Session': recallForSite(sessionKey) } : {};
}

function kept(answer: Answer): Answer {
  if (embedded) rememberForSite(sessionKey, answer.session);
  return answer;
}

function join(answer: Answer): void {
  const outbox = new Outbox(flow, answer.session, report);
  // Who comes back to a chat that is over wants to read it, not to be sent away again.
  const leave = !answer.ended && !embedded;
  const events = new Events(answer.session, {
    message: heard,
    echo: (message) => {
      thread.own(message);
      outbox.arrived(message.id);
    },
    typing: (on) => thread.typing(on),
    end: (url) => end(url, leave),
    connected: (yes) => surroundings.connected(yes),
    gone,
  });
  live = { session: answer.session, events, outbox };
  attach.show(true);
  for (const said of early) outbox.add(said);
  early = [];
  for (const message of answer.messages) thread.bot(message);
  for (const said of outbox.waiting) thread.own(unsent(said));
  if (answer.ended) end(answer.redirect_url, false);
  events.open();
  outbox.flush();
}

/** A file goes to the server first, then the message that names it. */
async function send(file: File): Promise<void> {
  const id = newId();
  const words = file.name;
  const session = live?.session;
  if (session === undefined) return;
  thread.own(unsent({ id, words }));
  thread.toEnd();
  thread.state(id, speech.sending);
  const sent = await sendFile(session, file, () => live?.session === session);
  if (live?.session !== session) return;
  if (sent.kind === 'sent') live.outbox.add({ id, words, media: sent.media });
  else if (sent.kind === 'refused') thread.state(id, sent.reason, true);
  else gone();
}

function unsent({ id, words, choice }: Say): Message {
  return { id, text: words, seq: Infinity, ...(choice === undefined ? {} : { choice }) };
}

function heard(message: Message): void {
  if (!thread.bot(message) || over.hidden()) return;
  over.hide();
  composer.show(true);
}

function say(said: Say): void {
  thread.own(unsent(said));
  thread.toEnd();
  if (live === null) early.push(said);
  else live.outbox.add(said);
}

function report(said: Say, outcome: Outcome): void {
  if (outcome.kind === 'retrying') thread.state(said.id, speech.retrying);
  else if (outcome.kind === 'refused') thread.state(said.id, `${speech.refused} ${outcome.reason}`, true);
  else if (outcome.kind === 'gone') gone();
  else answered(said, outcome.answer);
}

/** The answer itself, for when events cannot come through; otherwise they were faster and this changes nothing. */
function answered(said: Say, answer: Answer): void {
  thread.state(said.id, '');
  const first = answer.messages[0];
  if (first !== undefined) thread.own({ ...unsent(said), seq: first.seq - 0.5 });
  for (const message of answer.messages) heard(message);
  if (answer.ended && over.hidden()) end(answer.redirect_url, !embedded);
}

function end(url: string | undefined, leave: boolean): void {
  thread.typing(false);
  composer.show(false);
  over.show(speech.ended, document.body.dataset.redirect || url, leave);
}

function gone(): void {
  live?.events.close();
  thread.typing(false);
  composer.show(false);
  over.show(speech.gone, undefined, false);
}

watchEscape();
const [navigation] = performance.getEntriesByType('navigation');
const kind = navigation instanceof PerformanceNavigationTiming ? navigation.type : 'navigate';
void begin(kind === 'reload' || kind === 'back_forward' ? false : undefined);
