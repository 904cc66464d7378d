import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Inbound, Option } from '../domain/message.ts';
import { phrase } from '../domain/phrases.ts';
import { foldWords } from '../domain/text.ts';
import type { Turn } from '../domain/turn.ts';
import { isHttpUrl } from '../domain/url.ts';
import { findYesNo } from '../operators/read/yesno.ts';
import { defineBlock } from './block.ts';
import type { Kit } from './block.ts';

const schema = z.strictObject({
  text: z.string().min(1),
  policy_url: z.string().refine(isHttpUrl, { message: 'write an absolute address with scheme and host' }).optional(),
  accept: z.string().min(1).optional(),
  decline: z.string().min(1).optional(),
  on_decline: z.string().optional(),
});

type Params = z.output<typeof schema>;

/** Asks for consent before anything else and keeps who gave it, when, where and to which words (Truora). */
export const data_authorization = defineBlock({
  summary: 'Asks for consent with two buttons and keeps a record of the answer.',
  schema,
  example: `
- id: consent
  type: data_authorization
  text: "May we process your data for this request?"
  policy_url: https://shop.example/privacy
  on_decline: no_consent
`,
  sets: (_, id) => [id],
  compile(params, kit) {
    const ask = compileAsk(params, kit);
    const declined = kit.exit('on_decline', params.on_decline, ['on_decline']) ?? ({ kind: 'end' } as const);
    return {
      enter(turn) {
        turn.say(ask(turn));
        return { kind: 'wait', wait: { for: 'reply' } };
      },
      resume(turn, entry) {
        const asked = ask(turn);
        const answer = entry.kind === 'message' ? decision(entry.message, asked.buttons, turn) : null;
        if (answer === null) {
          turn.say({ text: phrase('choice', turn.contact.language ?? turn.language), buttons: asked.buttons });
          return { kind: 'wait', wait: { for: 'reply' } };
        }
        record(turn, kit.id, answer, asked.text);
        return answer ? kit.next : declined;
      },
    };
  },
});

interface Asked {
  readonly text: string;
  readonly buttons: readonly Option[];
}

function compileAsk(params: Params, kit: Kit): (turn: Turn) => Asked {
  const text = kit.text(params.text, ['text']);
  const words = (written: string | undefined, key: 'accept' | 'decline'): ((turn: Turn) => string) =>
    written === undefined ? (turn) => phrase(key, turn.contact.language ?? turn.language) : kit.text(written, [key]);
  const [accept, decline] = [words(params.accept, 'accept'), words(params.decline, 'decline')];
  return (turn) => ({
    text: params.policy_url === undefined ? text(turn) : `${text(turn)}\n${params.policy_url}`,
    buttons: [
      { id: 'accept', label: accept(turn) },
      { id: 'decline', label: decline(turn) },
    ],
  });
}

/** True for consent, false for refusal, null for anything that is not plainly one of them. */
function decision(message: Inbound, buttons: readonly Option[], turn: Turn): boolean | null {
  const said = foldWords(message.text).join(' ');
  const byLabel = buttons.find(({ label }) => foldWords(label).join(' ') === said)?.id;
  const chosen = message.choice ?? byLabel ?? { 1: 'accept', 2: 'decline' }[said];
  if (chosen === 'accept' || chosen === 'decline') return chosen === 'accept';
  return findYesNo(message.text, turn.contact.language ?? turn.language)?.yes ?? null;
}

function record(turn: Turn, block: string, accepted: boolean, text: string): void {
  const facts = {
    accepted,
    at: new Date(turn.world.now()).toISOString(),
    channel: turn.contact.channel,
    text_hash: createHash('sha256').update(text).digest('hex'),
  };
  turn.set(block, facts);
  turn.keep('consent', { ...facts, flow: turn.flowId, block });
}
