import { z } from 'zod';
import type { Entry } from '../domain/entry.ts';
import { toText } from '../domain/json.ts';
import type { Json } from '../domain/json.ts';
import type { Inbound, Option, Outbound } from '../domain/message.ts';
import { phrase } from '../domain/phrases.ts';
import type { Outcome, Turn } from '../domain/turn.ts';
import { ACCEPT, acceptAnswer } from './accept.ts';
import type { Accept, Accepted } from './accept.ts';
import { defineBlock } from './block.ts';
import type { Kit } from './block.ts';
import { compileContent, compileOptions, mediaSchema, optionsSchema } from './content.ts';
import { compileRules, otherwiseSchema, ruleSchema } from './replies.ts';
import { compileTimeout, timeoutSchema } from './timeout.ts';

const schema = z
  .strictObject({
    text: z.string().min(1).optional(),
    media: mediaSchema.optional(),
    buttons: optionsSchema.optional(),
    accept: z.enum(ACCEPT).optional(),
    choices: optionsSchema.optional(),
    rules: z.array(ruleSchema).min(1).optional(),
    otherwise: otherwiseSchema.optional(),
    retry: z
      .strictObject({ text: z.string().min(1).optional(), max: z.int().min(1).optional(), then: z.string().optional() })
      .optional(),
    timeout: timeoutSchema.optional(),
  })
  .refine((p) => p.text !== undefined || p.media !== undefined, { message: 'a question needs a text' })
  .refine((p) => p.accept !== 'choice' || p.choices !== undefined || p.buttons !== undefined, {
    message: 'accept: choice needs choices',
  });

type Params = z.output<typeof schema>;

/** Asks and waits for one reply (Truora's open question, ilhapush's Wait for Response). */
export const question = defineBlock({
  summary: 'Asks, waits for one reply, checks it and keeps it under the block id.',
  schema,
  example: `
- id: age
  type: question
  text: "How old are you?"
  accept: integer
`,
  sets: (_, id) => [id],
  compile(params, kit) {
    const ask = compileAsk(params, kit);
    const wait = waiting(params);
    const accept = acceptOf(params);
    const options = compileOptions(
      params.choices ?? params.buttons ?? ['-'],
      kit,
      params.choices === undefined ? 'buttons' : 'choices',
    );
    const again = compileRetry(params, kit, accept, ask);
    const rules = compileRules(params, kit);
    const keep = keeping(kit.id, params.rules !== undefined);
    const { late, falls } = compileTimeout(params.timeout, kit);
    kit.fallsThrough(rules.fallsThrough || falls);
    const answer = (turn: Turn, message: Inbound): Outcome => {
      const offered = accept === 'choice' || params.buttons !== undefined ? options(turn) : [];
      const said = accept === 'text' || accept === 'any' ? picked(message, offered) : message;
      const accepted = acceptAnswer(accept, said, { turn, options: offered });
      if (accepted === null) return again(turn) ?? wait(turn, triesOf(turn) + 1);
      keep(turn, message, accepted);
      return rules.route(turn, said.text) ?? wait(turn, triesOf(turn) + 1);
    };
    return {
      enter(turn) {
        turn.say(ask(turn));
        return wait(turn, 0);
      },
      resume(turn: Turn, entry: Entry): Outcome {
        if (entry.kind === 'message') return answer(turn, entry.message);
        return late;
      },
    };
  },
});

function acceptOf({ accept, choices, rules }: Params): Accept {
  if (accept !== undefined) return accept;
  if (choices !== undefined) return 'choice';
  return rules === undefined ? 'text' : 'any';
}

/** A bare number stands for the button of that number: where a channel has no buttons they are numbered lines. */
function picked(message: Inbound, offered: readonly Option[]): Inbound {
  const text = message.text.trim();
  const option = /^\d{1,2}$/.test(text) ? offered[Number(text) - 1] : undefined;
  if (option === undefined || message.choice !== undefined || offered.some(({ label }) => label === text))
    return message;
  return { ...message, text: option.label, choice: option.id };
}

function compileAsk(params: Params, kit: Kit): (turn: Turn) => Outbound {
  const content = compileContent({ text: params.text, media: params.media, buttons: params.buttons }, kit);
  if (params.choices === undefined) return content;
  const options = compileOptions(params.choices, kit, 'choices');
  return (turn) => ({ ...content(turn), buttons: options(turn) });
}

function waiting(params: Params): (turn: Turn, tries: number) => Outcome {
  const after = params.timeout?.after;
  const plain: Outcome = { kind: 'wait', wait: { for: 'reply' } };
  return (turn, tries) =>
    after === undefined && tries === 0
      ? plain
      : {
          kind: 'wait',
          wait: {
            for: 'reply',
            ...(after === undefined ? {} : { until: turn.world.now() + after }),
            ...(tries === 0 ? {} : { state: { tries } }),
          },
        };
}

/** How often the contact has been asked again at this visit. */
export function triesOf(turn: Turn): number {
  const { tries } = turn.state;
  return typeof tries === 'number' ? tries : 0;
}

const NO_THEN = {
  text: 'after the last try it gives up, and nothing says where to go then',
  unlessOnError: true,
} as const;

/** What happens after an answer that does not fit: asked again (undefined), or given up. */
function compileRetry(
  params: Params,
  kit: Kit,
  accept: Accept,
  ask: (turn: Turn) => Outbound,
): (turn: Turn) => Outcome | undefined {
  const { retry } = params;
  const text = retry?.text === undefined ? undefined : kit.text(retry.text, ['retry', 'text']);
  const then = retry?.max === undefined ? undefined : kit.exit('then', retry.then, ['retry', 'then'], NO_THEN);
  return (turn) => {
    if (retry?.max !== undefined && triesOf(turn) + 1 >= retry.max) {
      return then ?? { kind: 'fail', code: 'too_many_tries', text: `no fitting answer in ${retry.max} tries` };
    }
    const { buttons } = ask(turn);
    const said = text?.(turn) ?? phrase(PHRASE_FOR[accept] ?? 'again', turn.contact.language ?? turn.language);
    turn.say({ text: said, ...(buttons === undefined ? {} : { buttons }) });
    return undefined;
  };
}

const PHRASE_FOR: { readonly [A in Accept]?: Parameters<typeof phrase>[0] } = {
  number: 'number',
  integer: 'number',
  email: 'email',
  phone: 'phone',
  date: 'date',
  datetime: 'date',
  url: 'url',
  yes_no: 'yes_no',
  choice: 'choice',
  media: 'media',
  location: 'location',
};

/** Stores the value under the block's id, and what was typed beside it where the two differ. */
function keeping(id: string, ruled: boolean): (turn: Turn, message: Inbound, accepted: Accepted) => void {
  // Made once: a name that is put together anew costs more to look up than all the rest.
  const beside = `${id}.text`;
  return (turn, message, accepted) => {
    turn.set(id, accepted.value);
    const raw: Json = message.text;
    if (ruled || toText(accepted.value) !== raw) turn.set(beside, raw);
  };
}
