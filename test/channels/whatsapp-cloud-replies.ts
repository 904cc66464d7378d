import { ANA } from './whatsapp-cloud-kit.ts';
import type { Row } from './whatsapp-cloud-contents.ts';

/** What is pressed, and everything that is no answer. */
export const REPLIES: readonly Row[] = [
  [
    'button reply',
    { type: 'interactive', interactive: { type: 'button_reply', button_reply: { id: 'tea', title: 'Green tea' } } },
    { text: 'Green tea', choice: 'tea' },
  ],
  [
    'button reply: without an id',
    { type: 'interactive', interactive: { type: 'button_reply', button_reply: { title: 'Green tea' } } },
    { text: 'Green tea' },
  ],
  [
    'button reply: without a title',
    { type: 'interactive', interactive: { type: 'button_reply', button_reply: { id: 'tea' } } },
    { text: 'tea', choice: 'tea' },
  ],
  [
    'button reply: empty',
    { type: 'interactive', interactive: { type: 'button_reply', button_reply: {} } },
    /reply without an id cannot be read/,
  ],
  [
    'list reply',
    {
      type: 'interactive',
      interactive: { type: 'list_reply', list_reply: { id: 'm', title: 'Medium', description: '40 cm' } },
    },
    { text: 'Medium', choice: 'm' },
  ],
  [
    'list reply: a number as id',
    { type: 'interactive', interactive: { type: 'list_reply', list_reply: { id: 7, title: 'Seven' } } },
    { text: 'Seven', choice: '7' },
  ],
  [
    'form',
    {
      type: 'interactive',
      interactive: { type: 'nfm_reply', nfm_reply: { name: 'flow', body: 'Sent', response_json: '{"size":"M"}' } },
    },
    { text: '{"size":"M"}' },
  ],
  [
    'form: no object',
    { type: 'interactive', interactive: { type: 'nfm_reply', nfm_reply: { body: 'Sent', response_json: '[1]' } } },
    { text: 'Sent' },
  ],
  [
    'form: bad JSON',
    { type: 'interactive', interactive: { type: 'nfm_reply', nfm_reply: { body: 'Sent', response_json: '{' } } },
    { text: 'Sent' },
  ],
  [
    'form: empty',
    { type: 'interactive', interactive: { type: 'nfm_reply', nfm_reply: null } },
    /empty form cannot be read/,
  ],
  [
    'interactive: without it, with errors',
    { type: 'interactive', errors: [{ code: 131051 }] },
    /unknown kind cannot be read/,
  ],
  [
    'interactive: another kind',
    { type: 'interactive', interactive: { type: 'call_permission_reply' } },
    /unknown kind cannot be read/,
  ],

  [
    'template button',
    { type: 'button', button: { text: 'Stop', payload: 'stop-all' }, context: { id: 'x' } },
    { text: 'Stop', choice: 'stop-all' },
  ],
  ['template button: without payload', { type: 'button', button: { text: 'Stop', payload: null } }, { text: 'Stop' }],
  ['template button: empty', { type: 'button' }, /reply without an id cannot be read/],

  [
    'order',
    {
      type: 'order',
      order: {
        catalog_id: '1',
        text: 'Soon please',
        product_items: [{ product_retailer_id: 'sku-1', quantity: 2, item_price: 9.5, currency: 'USD' }, {}],
      },
    },
    { text: 'Soon please\n2 × sku-1 (9.5 USD)\n1 × ?' },
  ],
  ['order: empty', { type: 'order', order: { product_items: [] } }, /empty order cannot be read/],

  ['reaction: without an emoji', { type: 'reaction', reaction: { message_id: 'x' } }, /reaction was ignored/],
  ['reaction', { type: 'reaction', reaction: { message_id: 'wamid.0', emoji: '👍' } }, /reaction was ignored/],
  [
    'reaction: taken back',
    { type: 'reaction', reaction: { message_id: 'wamid.0', emoji: '' } },
    /reaction was ignored/,
  ],
  [
    'edit',
    { type: 'edit', edit: { original_message_id: 'x', message: { type: 'text', text: { body: 'b' } } } },
    /edit of an earlier message was ignored/,
  ],
  ['revoke', { type: 'revoke', revoke: { original_message_id: 'x' } }, /deletion of an earlier message was ignored/],
  ['opened chat', { type: 'request_welcome' }, /opened chat was ignored/],
  ['ephemeral', { type: 'ephemeral' }, /disappearing message, .* was ignored/],
  ['call', { type: 'call' }, /a call was ignored/],
  ['group', { type: 'text', text: { body: 'hi' }, group_id: 'g' }, /message of a group was ignored/],
  [
    'unsupported',
    {
      type: 'unsupported',
      errors: [
        {
          code: 131051,
          title: 'Unsupported message type',
          error_data: { details: 'Message type is not currently supported' },
        },
      ],
    },
    /Meta does not pass on \(131051\) cannot be read/,
  ],
  [
    'unsupported: a poll',
    { type: 'unsupported', unsupported: { type: 'poll' } },
    /Meta does not pass on, poll cannot be read/,
  ],
  ['unsupported: an edit', { type: 'unsupported', unsupported: { type: 'edit' } }, /of type "edit" was ignored/],
  ['unknown', { type: 'unknown', errors: [{ code: 501 }] }, /of type "unknown" cannot be read/],
  ['poll', { type: 'poll' }, /of type "poll" cannot be read/],
  ['event', { type: 'event' }, /of type "event" cannot be read/],
  ['no type', {}, /of type "unknown" cannot be read/],
  ['a type of the prototype', { type: 'constructor' }, /of type "constructor" cannot be read/],
  [
    'system: a new phone',
    { type: 'system', system: { type: 'customer_identity_changed', body: 'x', customer: ANA } },
    /phone or WhatsApp of a contact is new was ignored/,
  ],
  ['system: nothing known', { type: 'system', system: { type: 'other' } }, /system notice of type "other" was ignored/],
  ['system: empty', { type: 'system' }, /system notice of type "" was ignored/],
  [
    'system: a number to nowhere',
    { type: 'system', system: { type: 'user_changed_number' } },
    /system notice of type "user_changed_number" was ignored/,
  ],
];
