// A process of its own: whatsapp-web.js and the browser it drives. When either falls, the server starts this one again.
import { messageOf } from '../../src/domain/error.ts';
import { command } from './protocol.ts';
import type { Command, Report } from './protocol.ts';
import { Session, faultOf } from './session.ts';

/** Milliseconds for closing the browser. */
const GRACE = 7000;

const say = (report: Report): void => {
  if (process.connected) process.send?.(report);
};
const session = new Session(say, (reason) => void end(1, reason));
let ending = false;

/** Says why, closes the browser and ends. */
async function end(code: number, reason: string | null): Promise<void> {
  if (ending) return;
  ending = true;
  if (reason !== null) say({ kind: 'gone', reason });
  setTimeout(() => process.exit(1), GRACE);
  try {
    await session.close();
  } catch (error) {
    say({ kind: 'remark', text: `the browser did not close in order: ${messageOf(error)}` });
    process.exit(1);
  }
  process.exit(code);
}

async function obey(order: Command): Promise<void> {
  if (order.kind === 'open') return session.open(order.setup);
  if (order.kind === 'close') return end(0, null);
  try {
    say({ kind: 'answer', id: order.id, value: await session.answer(order.ask) });
  } catch (error) {
    say({ kind: 'fault', id: order.id, fault: faultOf(error) });
  }
}

process.on('message', (message) => {
  const read = command.safeParse(message);
  if (!read.success) return say({ kind: 'remark', text: 'an order to WhatsApp Web was not understood' });
  void obey(read.data).catch((error: unknown) => void end(1, messageOf(error)));
});
// The server has gone without a word: nobody needs the browser any more.
process.on('disconnect', () => void end(0, null));
// The library throws where nobody listens; a fresh start is the only safe answer.
process.on('uncaughtException', (error) => void end(1, messageOf(error)));
process.on('unhandledRejection', (reason) => void end(1, messageOf(reason)));
// Ctrl-C reaches every process of the terminal: the server decides when this one ends.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
