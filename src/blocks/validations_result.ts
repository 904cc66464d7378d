import { z } from 'zod';
import { own, toText } from '../domain/json.ts';
import type { Json } from '../domain/json.ts';
import { phrase } from '../domain/phrases.ts';
import type { Phrase } from '../domain/phrases.ts';
import { defineBlock } from './block.ts';
import type { Kit, Text } from './block.ts';

const words = z.string().min(1).optional();

const schema = z.strictObject({
  texts: z.strictObject({ success: words, failure: words, pending: words }).optional(),
  of: z.array(z.string().min(1)).min(1).optional(),
});

/** Block types that validate something. */
const VALIDATE = new Set(['phone_validator', 'custom_integration']);

type State = 'success' | 'failure' | 'pending';

const PHRASES: Readonly<Record<State, Phrase>> = {
  success: 'verified',
  failure: 'not_verified',
  pending: 'verifying',
};

/** Tells the contact what became of the validations made so far; then the flow ends (Truora). */
export const validations_result = defineBlock({
  summary: 'Tells the contact whether the validations made so far succeeded, then ends the flow.',
  schema,
  example: `
- id: result
  type: validations_result
  texts:
    success: "Welcome back!"
    failure: "We could not verify that it is you."
`,
  sets: (_, id) => [id],
  compile(params, kit) {
    kit.fallsThrough(false);
    const ids = chosen(params.of, kit);
    const texts = {
      success: text('success', params, kit),
      failure: text('failure', params, kit),
      pending: text('pending', params, kit),
    };
    return {
      enter(turn) {
        const state = outcomeOf(ids.map((id) => own(turn.variables, id)));
        turn.set(kit.id, state);
        turn.say({ text: texts[state](turn) });
        return { kind: 'end' };
      },
    };
  },
});

function text(state: State, { texts }: z.output<typeof schema>, kit: Kit): Text {
  const written = texts?.[state];
  if (written !== undefined) return kit.text(written, ['texts', state]);
  return (scope) => phrase(PHRASES[state], scope.contact.language ?? scope.language);
}

/** The blocks that are looked at: those named, or all of the flow that validate something. */
function chosen(named: readonly string[] | undefined, kit: Kit): readonly string[] {
  const known = kit.blocks.filter(({ type }) => VALIDATE.has(type)).map(({ id }) => id);
  if (named === undefined) return known;
  for (const [i, id] of named.entries()) {
    if (known.includes(id)) continue;
    const hint = known.length === 0 ? 'this flow has none' : `validations here: ${known.join(', ')}`;
    kit.problem('not-a-validation', `"${id}" is no block that validates something`, ['of', i], hint);
  }
  return named;
}

/**
 * What the blocks found out together. Those that were not visited say nothing. An integration's call is a validation when
 * it gives `valid` or `validation_status`; when nothing else was validated, whether the calls worked has to do.
 */
export function outcomeOf(values: readonly (Json | undefined)[]): State {
  const judged = values.flatMap((value) => judgement(value) ?? []);
  const calls = values.flatMap((value) => spoken(own(value, 'integration_status')) ?? []);
  const states = judged.length > 0 ? judged : calls;
  if (states.includes('failure')) return 'failure';
  return states.length === 0 || states.includes('pending') ? 'pending' : 'success';
}

function judgement(value: Json | undefined): State | undefined {
  const valid = own(value, 'valid');
  if (valid === null) return 'pending';
  if (valid !== undefined) return toText(valid).toLowerCase() === 'true' ? 'success' : 'failure';
  return spoken(own(value, 'validation_status'));
}

/** The status of an API in its words. */
function spoken(status: Json | undefined): State | undefined {
  if (status === undefined || status === null) return undefined;
  const said = toText(status).trim().toLowerCase();
  if (['success', 'valid', 'approved'].includes(said)) return 'success';
  return said === 'pending' || said === 'in_progress' ? 'pending' : 'failure';
}
