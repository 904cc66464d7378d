import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import type { ChannelHost } from '../../src/channel/channel.ts';
import type { Door } from './door.ts';
import { STYLE, headersOf, pageOf, refusedPage } from './page.ts';
import type { State } from './supervisor.ts';

/** Where the code can be seen. */
export const LOGIN_PATH = '/channels/whatsapp-web';

/** Draws codes. */
export interface Draw {
  toString(text: string, options: { type: 'svg' | 'terminal'; small?: boolean; margin?: number }): Promise<string>;
}

/** Shows the QR code wherever somebody may look for it: in the terminal, in the log, and on a page. */
export class Login {
  private readonly host: Pick<ChannelHost, 'log' | 'terminal'>;
  private readonly door: Door;
  private readonly draw: Draw;
  private before: State['kind'] = 'starting';

  constructor(host: Pick<ChannelHost, 'log' | 'terminal'>, door: Door, draw: Draw) {
    this.host = host;
    this.door = door;
    this.draw = draw;
  }

  /** Tells of a new state. The link stands in the log once for each row of codes, not for each code. */
  async changed(state: State): Promise<void> {
    const first = this.before !== 'qr';
    this.before = state.kind;
    if (state.kind !== 'qr') return;
    if (first)
      this.host.log('warn', `WhatsApp has to be linked: open ${this.door.link()} within 15 minutes and scan the code`);
    this.host.log('info', 'a new QR code of WhatsApp', { qr: state.code });
    const { output } = this.host.terminal ?? {};
    if (output === undefined) return;
    const drawn = await this.draw.toString(state.code, { type: 'terminal', small: true });
    output.write(`\n${drawn}\n     Scan this with WhatsApp: Settings, Linked devices, Link a device.\n`);
  }

  /** `GET /channels/whatsapp-web`. */
  async serve(state: State, request: Request, response: Response): Promise<void> {
    const opened = this.door.open(request, response);
    if (opened === 'sent_on') return;
    const hash = `sha256-${createHash('sha256').update(STYLE).digest('base64')}`;
    response.set(headersOf(hash)).type('html');
    if (opened === 'refused') return void response.status(401).send(refusedPage());
    const svg = state.kind === 'qr' ? await this.draw.toString(state.code, { type: 'svg', margin: 2 }) : '';
    response.send(pageOf(state, svg));
  }
}
