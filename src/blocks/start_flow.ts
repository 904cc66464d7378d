import { z } from 'zod';
import { contactOf } from '../domain/contact.ts';
import { isObject } from '../domain/json.ts';
import { defineBlock } from './block.ts';
import { jsonValue, variableName } from './fields.ts';

const schema = z.strictObject({
  flow: z.string().min(1),
  contact: z.string().min(1),
  variables: z.record(variableName, jsonValue).optional(),
});

/** Starts a flow for another contact, who need not have written before. This flow goes on at once. */
export const start_flow = defineBlock({
  summary: 'Starts a flow for another contact, and goes on at once.',
  schema,
  example: `
- id: tell_courier
  type: start_flow
  flow: new-delivery
  contact: "whatsapp-cloud:@courier_phone"
  variables: { order: "@order_number" }
`,
  sets: () => [],
  compile({ flow, contact: written, variables: given }, kit) {
    kit.starts(flow, ['flow']);
    const contact = kit.text(written, ['contact']);
    const variables = kit.value(given ?? {}, ['variables']);
    return {
      enter(turn) {
        const to = contactOf(contact(turn).trim());
        if (to === null) {
          const text = `"${contact(turn)}" is no contact: a channel and an address are needed, such as web:abc`;
          return { kind: 'fail', code: 'bad_contact', text };
        }
        const filled = variables(turn);
        turn.startFlow(to.id, flow, isObject(filled) ? filled : {});
        if (turn.tracing) turn.record({ kind: 'flow_started', block: kit.id, flow, contact: to.id });
        return kit.next;
      },
    };
  },
});
