import { withFields } from '../domain/contact.ts';
import type { Entry, Resume } from '../domain/entry.ts';
import type { FlowBlock } from '../domain/flow.ts';
import type { Inbound } from '../domain/message.ts';
import { phrase } from '../domain/phrases.ts';
import type { Session } from '../domain/session.ts';
import { foldWords } from '../domain/text.ts';
import type { Outcome } from '../domain/turn.ts';
import { TAKEOVER_MS } from './limits.ts';
import type { Machine } from './machine.ts';
import { broken, lost } from './walk.ts';
import type { Walk } from './walk.ts';

/** What an entry means for a running session: the outcome to go on from, or null when the session stays or is over. */
export function answer(session: Session, entry: Entry, machine: Machine, walk: Walk): Outcome | null {
  return new Answer(session, entry, machine, walk).outcome();
}

class Answer {
  private readonly session: Session;
  private readonly entry: Entry;
  private readonly machine: Machine;
  private readonly walk: Walk;
  private readonly block: FlowBlock | undefined;

  constructor(session: Session, entry: Entry, machine: Machine, walk: Walk) {
    this.session = session;
    this.entry = entry;
    this.machine = machine;
    this.walk = walk;
    this.block = machine.flow.blocks.get(session.block);
  }

  outcome(): Outcome | null {
    const { entry, session, machine, walk } = this;
    switch (entry.kind) {
      case 'message':
        return this.reply(entry.message);
      case 'timer':
        return this.wake();
      case 'call':
        return this.resumeIf(session.wait.key === entry.key, 'the answer of a call nobody waits for');
      case 'hold':
        if (session.wait.key === entry.key) machine.say({ text: entry.text });
        return null;
      case 'event':
        return this.resumeIf(session.wait.events?.includes(entry.event) === true, `the event ${entry.event}`);
      case 'resume':
        return this.resumed(entry);
      case 'takeover':
        return this.takeOver();
      case 'handback':
        return (
          this.giveBack() ??
          this.resumeIf(session.wait.for === 'human', 'a return of a conversation that no person has')
        );
      case 'agent':
        machine.say(entry.message);
        return null;
      case 'set':
        for (const [name, value] of Object.entries(entry.variables ?? {})) machine.set(name, value ?? null);
        machine.setContact({ fields: withFields(machine.contact, entry) });
        return null;
      case 'reset':
        return walk.end('exit');
      case 'start':
        return this.ignore('a start of a flow that does not exist');
    }
  }

  private reply(message: Inbound): Outcome | null {
    const waits = this.session.wait.for;
    if (waits === 'human') return this.forTeam(message);
    if (this.leaves(message.text)) return this.exit();
    return this.resumeIf(waits === 'reply', 'a message while the flow waits for something else');
  }

  /** What the contact writes while a person has the conversation goes to that person, with all that was sent. */
  private forTeam({ text, attachments = [], location }: Inbound): null {
    const { state } = this.session.wait;
    const channel = state?.['to'];
    if (typeof channel !== 'string' || channel === 'api') return null;
    const to = { channel, event: 'message' } as const;
    if (text !== '' || location !== undefined)
      this.machine.tellTeam(to, { text, ...(location === undefined ? {} : { location }) });
    for (const media of attachments) this.machine.tellTeam(to, { media });
    return null;
  }

  /** A person has begun to talk: what the flow waits for is put aside, and the silence counts anew with each word. */
  private takeOver(): Outcome {
    const { wait } = this.session;
    const until = this.machine.now + TAKEOVER_MS;
    if (wait.for === 'human') return { kind: 'wait', wait: wait.taken === undefined ? wait : { ...wait, until } };
    return { kind: 'wait', wait: { for: 'human', until, taken: wait } };
  }

  /** The wait that a person interrupted goes on where it was; null when the flow itself handed over. */
  private giveBack(): Outcome | null {
    const { taken } = this.session.wait;
    return taken === undefined ? null : { kind: 'wait', wait: taken };
  }

  private leaves(text: string): boolean {
    const { exitKeywords } = this.machine.flow.settings;
    return exitKeywords.length > 0 && exitKeywords.includes(foldWords(text).join(' '));
  }

  private exit(): null {
    const { machine } = this;
    machine.say({ text: phrase('goodbye', machine.contact.language ?? machine.language) });
    return this.walk.end('exit');
  }

  private wake(): Outcome | null {
    const { now, flow } = this.machine;
    const { session } = this;
    if (session.wait.until !== undefined && session.wait.until <= now) return this.giveBack() ?? this.resume();
    if (session.expiresAt > now) return this.ignore('woken early');
    const { onExpire } = flow.settings;
    if (onExpire !== undefined && session.block !== onExpire)
      return { kind: 'go', to: { kind: 'block', id: onExpire } };
    return this.walk.end('expired');
  }

  /** A token counts once. What it brings before the wait for it is kept until then (Landbot, without its race). */
  private resumed(entry: Resume): Outcome | null {
    const { machine, session } = this;
    const { wait } = session;
    if (entry.session !== session.id || entry.number !== machine.resumes + 1)
      return this.ignore('a resume with a token that is used');
    if ((wait.resumeUntil ?? Infinity) <= machine.now) return this.ignore('a resume with a token that has expired');
    machine.resumes += 1;
    if (wait.for === 'outside' && wait.resume === true) return this.resume();
    machine.early = { ...machine.early, ...entry.variables };
    return null;
  }

  private resumeIf(meant: boolean, what: string): Outcome | null {
    return meant ? this.resume() : this.ignore(what);
  }

  private ignore(what: string): null {
    this.machine.record({ kind: 'note', block: this.machine.blockId, text: `ignored: ${what}` });
    return null;
  }

  private resume(): Outcome {
    const { block, machine, session } = this;
    // Whatever ends this wait, the token that was made for it is over.
    if (session.wait.resume === true && this.entry.kind !== 'resume') machine.resumes += 1;
    if (block?.resume === undefined) return lost(machine.blockId);
    try {
      return block.resume(machine, this.entry);
    } catch (error) {
      return broken(error);
    }
  }
}
