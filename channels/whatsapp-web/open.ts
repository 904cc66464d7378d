// Loaded only when the channel is opened. The library itself runs in another process.
import { mkdir } from 'node:fs/promises';
import type { ChannelHost, Notes, OpenChannel, Sent } from '../../src/channel/channel.ts';
import type { Contact } from '../../src/domain/contact.ts';
import type { Delivery } from '../../src/domain/effect.ts';
import { messageOf } from '../../src/domain/error.ts';
import { notesInMemory } from '../../src/channel/notes.ts';
import { Recent } from '../../src/channel/recent.ts';
import { realClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { deliver } from './deliver.ts';
import type { DeliverParts } from './deliver.ts';
import { Door } from './door.ts';
import { Files } from './files.ts';
import { forkChild } from './fork.ts';
import { Identity } from './identity.ts';
import { Inlet } from './inlet.ts';
import { noteLinked } from './linked.ts';
import { lastingLinks, passingLinks } from './links.ts';
import type { Links } from './links.ts';
import { LOGIN_PATH, Login } from './login.ts';
import type { Draw } from './login.ts';
import { mediaLinks } from './media.ts';
import { Outgoing } from './outgoing.ts';
import { Pace } from './pace.ts';
import type { Setup } from './protocol.ts';
import { mount } from './routes.ts';
import type { Settings } from './settings.ts';
import { Supervisor } from './supervisor.ts';
import type { StartChild, State } from './supervisor.ts';
import { Watch } from './watch.ts';

/** Our own messages that are remembered. */
const KEPT = 10_000;

/** What a test may want otherwise. */
export interface Choices {
  readonly clock?: Clock;
  readonly start?: StartChild;
  readonly random?: () => number;
}

/** Links the phone and keeps it linked, until it is closed. */
export async function openWhatsAppWeb(
  host: ChannelHost,
  settings: Settings,
  chromium: string,
  choices: Choices = {},
): Promise<OpenChannel> {
  await mkdir(settings.folder, { recursive: true, mode: 0o700 });
  const files = new Files(settings.folder, host);
  await files.open();
  const notes = host.notes ?? notesInMemory();
  const links = await lastingLinks(notes);
  const clock = choices.clock ?? realClock(() => host.now());
  const log: ChannelHost['log'] = (level, text, facts) => host.log(level, text, facts);
  const start = choices.start ?? forkChild(setupOf(settings, chromium), log);
  const random = choices.random ?? Math.random;
  return new WhatsAppWeb({ host, settings, notes, files, links, clock, log, start, random, draw: await drawing() });
}

interface Parts {
  readonly host: ChannelHost;
  readonly settings: Settings;
  readonly notes: Notes;
  readonly files: Files;
  readonly links: Links;
  readonly clock: Clock;
  readonly log: ChannelHost['log'];
  readonly start: StartChild;
  readonly draw: Draw;
  readonly random: () => number;
}

/** The channel while it is open: joins what comes in, what goes out, and the keeper of the child. */
class WhatsAppWeb implements OpenChannel {
  private readonly log: ChannelHost['log'];
  private readonly settings: Settings;
  private readonly stop = new AbortController();
  private readonly supervisor: Supervisor;
  private readonly login: Login;
  private readonly inlet: Inlet;
  private readonly watch: Watch;
  private readonly sending: DeliverParts;
  private noted: Promise<void> = Promise.resolve();

  constructor({ host, settings, notes, files, links, clock, log, start, draw, random }: Parts) {
    this.settings = settings;
    const now = (): number => clock.now();
    this.log = log;
    this.login = new Login(host, new Door(passingLinks(), settings.publicUrl, LOGIN_PATH, now), draw);
    this.supervisor = new Supervisor({
      clock,
      start,
      log,
      memory: settings.memory,
      changed: (state) => this.changed(state),
      message: (message) => this.inlet.arrive(message),
    });
    const { remote } = this.supervisor;
    const identity = new Identity({ notes, remote, log });
    const common = { host, notes, identity, remote, clock, signal: this.stop.signal };
    const sent = new Recent<true>(KEPT);
    const isOurs = (id: string): boolean => sent.get(id) === true;
    this.inlet = new Inlet({ ...common, link: mediaLinks(settings.publicUrl, links), isOurs });
    this.watch = new Watch({ ...common, inlet: this.inlet, restart: (reason) => this.supervisor.restart(reason) });
    const pace = new Pace(settings.dailyCap, notes, now, random);
    this.sending = { ...common, outgoing: new Outgoing(notes), pace, files, sent };
    mount({ host, login: this.login, links, remote, files, state: () => this.supervisor.state });
    this.supervisor.open();
  }

  /** A short absence is sat out, so that a browser that dies costs no try. */
  async send(delivery: Delivery, contact: Contact): Promise<Sent> {
    const absent = await this.watch.ready();
    return absent ?? (await deliver(delivery, contact, this.sending));
  }

  typing(contact: Contact, on: boolean): void {
    this.showTyping(contact, on).catch((error: unknown) => {
      this.log('info', 'typing could not be shown', { reason: messageOf(error) });
    });
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.supervisor.close();
    await this.inlet.close();
    await this.noted;
  }

  private async showTyping({ address }: Contact, on: boolean): Promise<void> {
    const { identity, remote } = this.sending;
    const { chat, known } = await identity.reach(address);
    if (known && this.supervisor.state.kind === 'ready') await remote.typing(chat, on);
  }

  private changed(state: State): void {
    this.watch.changed(state);
    this.noted = this.noted
      .then(() => noteLinked(this.settings, state))
      .catch((error: unknown) => {
        this.log('warn', `it could not be noted whether a phone is linked: ${messageOf(error)}`);
      });
    this.login.changed(state).catch((error: unknown) => {
      this.log('warn', `the QR code could not be shown: ${messageOf(error)}`);
    });
  }
}

function setupOf({ session, folder, browserArgs, version }: Settings, chromium: string): Setup {
  return { session, folder, chromium, browserArgs: [...browserArgs], ...(version === undefined ? {} : { version }) };
}

/** Drawing codes is loaded with the channel. */
async function drawing(): Promise<Draw> {
  const { default: qrcode } = await import('qrcode');
  return { toString: (text, options) => qrcode.toString(text, options) };
}
