import { z } from 'zod';
import type { CallOutcome } from '../domain/call.ts';
import { codeOf, sameCode } from '../domain/code.ts';
import type { Inbound, Option } from '../domain/message.ts';
import { phrase } from '../domain/phrases.ts';
import type { Phrase } from '../domain/phrases.ts';
import type { Outcome, Scope, Turn } from '../domain/turn.ts';
import { acceptAnswer } from './accept.ts';
import type { Behaviour, Kit, Text } from './block.ts';
import { asksAgain, codeIn, countCode, mayHaveCode } from './one-time-code.ts';
import type { PhoneParams } from './phone_validator.ts';

/** Where a contact is in confirming a number. Kept in the wait, so attempts and sends outlive a restart. */
const progressSchema = z.object({
  phone: z.string(),
  /** What the last code is made of; empty while the number is asked for. */
  nonce: z.string(),
  /** When the last code expires (ms since 1970). */
  until: z.number(),
  asked: z.int(),
  sends: z.int(),
  wrong: z.int(),
});

type Progress = z.output<typeof progressSchema>;

const FRESH: Progress = { phone: '', nonce: '', until: 0, asked: 0, sends: 0, wrong: 0 };

/** Milliseconds for a code to be taken by whoever delivers it. */
const SEND_TIMEOUT = 30_000;

/** Keys of the block that are texts of the author's. */
type Worded = 'text' | 'code_text' | 'wrong_text' | 'expired_text' | 'resend_label';

/** Why a number is not confirmed, as the result's `reason`. */
type Reason = 'no_phone' | 'not_sent' | 'too_many_codes' | 'expired' | 'wrong_code';

const NO_VALID = { text: 'nothing says where to go once the number is confirmed, so it goes on to the block below' };
const NO_INVALID = {
  text: 'nothing says what happens when the number is not confirmed, and the flow has no on_error',
  unlessOnError: true,
} as const;

/** Compiles the block: asks for the number if it has to, owes the code, waits for it. */
export function compileValidator(params: PhoneParams, kit: Kit): Behaviour {
  const given = params.phone === undefined ? undefined : kit.text(params.phone, ['phone']);
  const steps = new Steps(params, kit);
  return {
    enter(turn) {
      const phone = given === undefined ? null : phoneIn({ text: given(turn) }, turn);
      return phone === null ? steps.ask(turn) : steps.send(turn, { ...FRESH, phone });
    },
    resume(turn, entry) {
      const read = progressSchema.safeParse(turn.state);
      const progress = read.success ? read.data : FRESH;
      if (entry.kind === 'call') return steps.sent(turn, progress, entry.outcome);
      if (entry.kind !== 'message') return waitWith(progress);
      return progress.nonce === ''
        ? steps.number(turn, progress, entry.message)
        : steps.code(turn, progress, entry.message);
    },
  };
}

function waitWith(progress: Progress): Outcome {
  return { kind: 'wait', wait: { for: 'reply', state: { ...progress } } };
}

function phoneIn(message: Inbound, turn: Turn): string | null {
  const value = acceptAnswer('phone', message, { turn, options: [] })?.value;
  return typeof value === 'string' ? value : null;
}

function languageOf(scope: Scope): string {
  return scope.contact.language ?? scope.language;
}

/** What happens at each step, from asking for the number to the right or the last wrong code. */
class Steps {
  private readonly params: PhoneParams;
  private readonly kit: Kit;
  private readonly valid: Outcome;
  private readonly invalid: Outcome | undefined;
  private readonly texts: Record<'ask_phone' | 'code_sent' | 'code_wrong' | 'code_expired' | 'resend', Text>;

  constructor(params: PhoneParams, kit: Kit) {
    this.params = params;
    this.kit = kit;
    this.valid = kit.exit('on_valid', params.on_valid, ['on_valid'], NO_VALID) ?? kit.next;
    this.invalid = kit.exit('on_invalid', params.on_invalid, ['on_invalid'], NO_INVALID);
    kit.fallsThrough(params.on_valid === undefined);
    this.texts = {
      ask_phone: this.text('text', 'ask_phone'),
      code_sent: this.text('code_text', 'code_sent'),
      code_wrong: this.text('wrong_text', 'code_wrong'),
      code_expired: this.text('expired_text', 'code_expired'),
      resend: this.text('resend_label', 'resend'),
    };
  }

  ask(turn: Turn): Outcome {
    this.result(turn, '', null);
    turn.say({ text: this.texts.ask_phone(turn) });
    return waitWith(FRESH);
  }

  /** The contact's answer to what the number is. */
  number(turn: Turn, progress: Progress, message: Inbound): Outcome {
    const phone = phoneIn(message, turn);
    if (phone !== null) return this.send(turn, { ...progress, phone });
    const asked = progress.asked + 1;
    if (asked >= this.params.attempts) return this.refuse(turn, '', 'no_phone');
    turn.say({ text: phrase('phone', languageOf(turn)) });
    return waitWith({ ...progress, asked });
  }

  /** Owes a code of its own to the phone: whatever was sent before is good for nothing. */
  send(turn: Turn, progress: Progress): Outcome {
    const { phone: to } = progress;
    if (!mayHaveCode(turn)) {
      turn.say({ text: phrase('code_limit', languageOf(turn)) });
      return this.refuse(turn, to, 'too_many_codes');
    }
    countCode(turn);
    this.result(turn, to, null);
    const nonce = turn.world.id();
    const { via, length } = this.params;
    const language = languageOf(turn);
    const request = { type: 'phone_code', via, to, nonce, length, language, timeout: SEND_TIMEOUT } as const;
    return { kind: 'call', request, state: { ...progress, nonce, sends: progress.sends + 1 } };
  }

  sent(turn: Turn, progress: Progress, outcome: CallOutcome): Outcome {
    const ok = outcome.kind === 'answered' && outcome.status === 200;
    const why = outcome.kind === 'answered' ? `answered ${outcome.status}` : outcome.reason;
    if (turn.tracing) turn.record({ kind: 'call_finished', block: this.kit.id, result: ok ? 'the code is sent' : why });
    if (!ok) {
      turn.say({ text: phrase('code_not_sent', languageOf(turn)) });
      return this.refuse(turn, progress.phone, 'not_sent');
    }
    return this.wait(turn, 'code_sent', { ...progress, until: turn.world.now() + this.params.expires });
  }

  /** The contact's answer to what the code is. */
  code(turn: Turn, progress: Progress, message: Inbound): Outcome {
    const { length, attempts, resend_keywords: keywords } = this.params;
    const { phone, nonce, until } = progress;
    if (asksAgain(message, this.button(turn), keywords)) return this.again(turn, progress);
    if (turn.world.now() >= until)
      return this.more(turn, progress)
        ? this.wait(turn, 'code_expired', progress)
        : this.refuse(turn, phone, 'expired');
    const said = codeIn(message.text, length);
    if (said !== null && sameCode(said, codeOf(turn.world, nonce, length))) {
      this.result(turn, phone, true);
      if (this.params.link) turn.link({ by: 'phone', value: phone });
      return this.valid;
    }
    const wrong = progress.wrong + 1;
    if (wrong >= attempts) return this.refuse(turn, phone, 'wrong_code');
    return this.wait(turn, 'code_wrong', { ...progress, wrong });
  }

  /** The contact wants a new code. When there are no more, the last one still counts as long as it lasts. */
  private again(turn: Turn, progress: Progress): Outcome {
    if (this.more(turn, progress)) return this.send(turn, progress);
    if (turn.world.now() >= progress.until) return this.refuse(turn, progress.phone, 'expired');
    turn.say({ text: phrase('code_last', languageOf(turn)) });
    return waitWith(progress);
  }

  private more(turn: Turn, { sends }: Progress): boolean {
    return sends < this.params.sends && mayHaveCode(turn);
  }

  private wait(turn: Turn, text: 'code_sent' | 'code_wrong' | 'code_expired', progress: Progress): Outcome {
    const said = this.texts[text](turn).replaceAll('{end}', progress.phone.slice(-4));
    turn.say({ text: said, ...(this.more(turn, progress) ? { buttons: [this.button(turn)] } : {}) });
    return waitWith(progress);
  }

  private button(turn: Turn): Option {
    return { id: 'resend', label: this.texts.resend(turn) };
  }

  private refuse(turn: Turn, phone: string, reason: Reason): Outcome {
    this.result(turn, phone, false, reason);
    return this.invalid ?? { kind: 'fail', code: 'not_verified', text: `the phone is not confirmed: ${reason}` };
  }

  private result(turn: Turn, phone: string, valid: boolean | null, reason: Reason | null = null): void {
    const status = valid === null ? 'pending' : valid ? 'valid' : 'invalid';
    turn.set(this.kit.id, { status, phone: phone === '' ? null : phone, valid, reason });
  }

  /** The author's words, or ours in the contact's language. */
  private text(key: Worded, name: Phrase): Text {
    const written = this.params[key];
    return written !== undefined ? this.kit.text(written, [key]) : (turn) => phrase(name, languageOf(turn));
  }
}
