import { expect } from 'chai';
import { readMessage } from '../../channels/slack/message.ts';
import { readPress } from '../../channels/slack/press.ts';
import type { JsonObject } from '../../src/domain/json.ts';

const DM = { type: 'message', channel: 'D1', channel_type: 'im', user: 'U1', ts: '1.000100', text: 'hi' };
const IN = { ...DM, channel: 'C1', channel_type: 'channel' };
const link = (id: string): string => `https://parley/${id}`;
const FILE = { id: 'F1', name: 'a.png', mimetype: 'image/png', url_private: 'https://files.slack.com/F1' };
const RICH = {
  type: 'rich_text',
  elements: [
    {
      type: 'rich_text_section',
      elements: [
        { type: 'text', text: 'see ' },
        { type: 'link', url: 'https://x.co' },
      ],
    },
  ],
};

/** What a shape is for us: an address and a text, files, or nothing. */
type Outcome = {
  readonly at: string;
  readonly text: string;
  readonly files?: readonly object[];
  readonly invited?: false;
} | null;

const SHAPES: readonly (readonly [what: string, event: JsonObject, outcome: Outcome])[] = [
  ['a direct message', DM, { at: 'D1:U1', text: 'hi' }],
  ['one without channel_type', { ...DM, channel_type: undefined }, { at: 'D1:U1', text: 'hi' }],
  ['one in a thread of the direct messages', { ...DM, thread_ts: '0.5' }, { at: 'D1:U1', text: 'hi' }],
  [
    'one with a client_msg_id and more',
    { ...DM, client_msg_id: 'x', team: 'T1', new_field: {} },
    { at: 'D1:U1', text: 'hi' },
  ],
  ['chatter in a channel', IN, null],
  ['a mention in a channel', { ...IN, text: '<@UBOT> hi' }, { at: 'C1:1.000100', text: 'hi' }],
  ['a mention at the end', { ...IN, text: 'hi <@UBOT>' }, { at: 'C1:1.000100', text: 'hi' }],
  ['a mention with a name and a colon', { ...IN, text: '<@UBOT|parley>: hi' }, { at: 'C1:1.000100', text: 'hi' }],
  ['nothing but a mention', { ...IN, text: '<@UBOT>' }, { at: 'C1:1.000100', text: '' }],
  ['a mention of somebody else', { ...IN, text: '<@U2> hi' }, null],
  ['an app_mention', { ...IN, type: 'app_mention', text: '<@UBOT> hi' }, { at: 'C1:1.000100', text: 'hi' }],
  [
    'an app_mention in a thread',
    { ...IN, type: 'app_mention', thread_ts: '0.5', text: '<@UBOT> hi' },
    { at: 'C1:0.5', text: 'hi' },
  ],
  ['a reply in a thread', { ...IN, thread_ts: '0.5' }, { at: 'C1:0.5', text: 'hi', invited: false }],
  [
    'a mention in a private channel',
    { ...IN, channel: 'G1', channel_type: 'group', text: '<@UBOT> hi' },
    { at: 'G1:1.000100', text: 'hi' },
  ],
  [
    'a mention in a group of people',
    { ...IN, channel_type: 'mpim', text: '<@UBOT> hi' },
    { at: 'C1:1.000100', text: 'hi' },
  ],
  [
    'thread_broadcast',
    { ...IN, subtype: 'thread_broadcast', thread_ts: '0.5' },
    { at: 'C1:0.5', text: 'hi', invited: false },
  ],
  ['me_message', { ...DM, subtype: 'me_message' }, { at: 'D1:U1', text: 'hi' }],
  [
    'file_share with a text',
    { ...DM, subtype: 'file_share', files: [FILE] },
    {
      at: 'D1:U1',
      text: 'hi',
      files: [{ type: 'image', url: 'https://parley/F1', filename: 'a.png', mime: 'image/png' }],
    },
  ],
  [
    'file_share without a text',
    { ...DM, subtype: 'file_share', text: '', files: [{ ...FILE, mimetype: 'application/pdf', name: 'a.pdf' }] },
    {
      at: 'D1:U1',
      text: '',
      files: [{ type: 'document', url: 'https://parley/F1', filename: 'a.pdf', mime: 'application/pdf' }],
    },
  ],
  [
    'a sound',
    { ...DM, text: '', files: [{ ...FILE, mimetype: 'audio/mp4', name: undefined, title: 'memo' }] },
    {
      at: 'D1:U1',
      text: '',
      files: [{ type: 'audio', url: 'https://parley/F1', filename: 'memo', mime: 'audio/mp4' }],
    },
  ],
  [
    'a file that lives elsewhere',
    { ...DM, text: '', files: [{ ...FILE, is_external: true, external_url: 'https://drive/x' }] },
    { at: 'D1:U1', text: '', files: [{ type: 'image', url: 'https://drive/x', filename: 'a.png', mime: 'image/png' }] },
  ],
  ['a deleted file', { ...DM, text: '', files: [{ ...FILE, mode: 'tombstone' }] }, null],
  [
    'a file that the plan has locked away',
    { ...DM, text: 'look', files: [{ ...FILE, mode: 'hidden_by_limit' }] },
    { at: 'D1:U1', text: 'look' },
  ],
  ['a file with an id that is none', { ...DM, text: '', files: [{ ...FILE, id: '../x' }] }, null],
  ['files that are null', { ...DM, files: null }, { at: 'D1:U1', text: 'hi' }],
  ['files with null in them', { ...DM, files: [null, 'x'] }, { at: 'D1:U1', text: 'hi' }],
  ['blocks only', { ...DM, text: '', blocks: [RICH] }, { at: 'D1:U1', text: 'see https://x.co' }],
  [
    'attachments only',
    { ...DM, text: undefined, attachments: [{ fallback: 'shared' }, { text: 'too' }] },
    { at: 'D1:U1', text: 'shared\ntoo' },
  ],
  ['nothing at all', { ...DM, text: '' }, null],
  ['white space', { ...DM, text: ' \n ' }, null],
  ['an edit', { ...DM, subtype: 'message_changed', hidden: true, message: DM, previous_message: DM }, null],
  ['a link that unfolds', { ...DM, subtype: 'message_changed', message: { ...DM, attachments: [] } }, null],
  ['a deletion', { ...DM, subtype: 'message_deleted', deleted_ts: '1.0' }, null],
  ['message_replied', { ...DM, subtype: 'message_replied', message: DM }, null],
  ['a bot', { ...DM, subtype: 'bot_message', bot_id: 'B2', user: undefined }, null],
  ['a bot without a subtype', { ...DM, bot_id: 'B2' }, null],
  ['ourselves', { ...DM, user: 'UBOT' }, null],
  ['ourselves as a bot', { ...DM, user: 'UBOT', bot_id: 'BBOT', app_id: 'A1' }, null],
  ['a hidden message', { ...DM, hidden: true }, null],
  ['channel_join', { ...IN, subtype: 'channel_join', text: '<@U2> has joined' }, null],
  ['channel_topic', { ...IN, subtype: 'channel_topic', text: '<@UBOT>' }, null],
  ['ekm_access_denied', { ...DM, subtype: 'ekm_access_denied' }, null],
  ['a subtype of tomorrow', { ...DM, subtype: 'hologram' }, null],
  ['no user', { ...DM, user: undefined }, null],
  ['a user that is an object', { ...DM, user: { id: 'U1' } }, null],
  ['no channel', { ...DM, channel: undefined }, null],
  ['no time', { ...DM, ts: undefined }, null],
  ['a text that is a number', { ...DM, text: 4 }, null],
  ['a text with NUL and half a character', { ...DM, text: 'a\u0000b\ud83d' }, { at: 'D1:U1', text: 'ab\ufffd' }],
];

describe('slack: what events are for us', () => {
  for (const [what, event, outcome] of SHAPES) {
    it(what, () => {
      const read = readMessage(event, 'UBOT', link);
      if (outcome === null || read.kind === 'ignored')
        return expect(read.kind).to.equal(outcome === null ? 'ignored' : 'said');
      const { at, text, files, invited = true } = outcome;
      const message = { text, ...(files === undefined ? {} : { attachments: files }) };
      const id = `${at.split(':')[0] ?? ''}:1.000100`;
      expect(read).to.deep.equal({ kind: 'said', address: at, user: 'U1', id, message, invited });
    });
  }

  it('keeps so much of a text', () => {
    const read = readMessage({ ...DM, text: 'x'.repeat(40_000) }, 'UBOT', link);
    expect(read).to.have.nested.property('message.text').with.length(16_384);
  });

  it('says of everything that it ignores what it was', () => {
    for (const [what, event, outcome] of SHAPES)
      if (outcome === null)
        expect(readMessage(event, 'UBOT', link), what)
          .to.have.property('what')
          .that.matches(/^(a|an|what) /);
  });
});

const BUTTON = {
  type: 'button',
  action_id: 'parley:pick:1',
  value: 'large',
  text: { type: 'plain_text', text: 'L &amp; XL' },
  action_ts: '9.9',
};
const PICKED = {
  type: 'static_select',
  action_id: 'parley:pick',
  selected_option: { value: 'x', text: { text: 'X' } },
  action_ts: '9.9',
};
const PRESS = {
  type: 'block_actions',
  user: { id: 'U1' },
  channel: { id: 'C1' },
  message: { ts: '2.0', thread_ts: '1.0' },
  actions: [BUTTON],
};

const PRESSES: readonly (readonly [what: string, body: JsonObject, outcome: JsonObject | null])[] = [
  ['a button in a thread', PRESS, { address: 'C1:1.0', id: 'C1:2.0:9.9:U1', choice: 'large', label: 'L & XL' }],
  [
    'a button in direct messages',
    { ...PRESS, channel: { id: 'D1' }, message: { ts: '2.0' } },
    { address: 'D1:U1', id: 'D1:2.0:9.9:U1', choice: 'large' },
  ],
  [
    'a button of a message that begins a thread',
    { ...PRESS, message: { ts: '2.0' } },
    { address: 'C1:2.0', choice: 'large' },
  ],
  ['a row of a menu', { ...PRESS, actions: [PICKED] }, { choice: 'x', label: 'X' }],
  [
    'a press that only has its container',
    { ...PRESS, channel: null, message: null, container: { channel_id: 'C1', message_ts: '2.0', thread_ts: '1.0' } },
    { address: 'C1:1.0' },
  ],
  ['a button without a label', { ...PRESS, actions: [{ ...BUTTON, text: null }] }, { label: 'large' }],
  ['a button of somebody else', { ...PRESS, actions: [{ ...BUTTON, action_id: 'approve' }] }, null],
  ['a button without a value', { ...PRESS, actions: [{ ...BUTTON, value: undefined }] }, null],
  ['a menu without a choice', { ...PRESS, actions: [{ ...PICKED, selected_option: null }] }, null],
  ['no user', { ...PRESS, user: null }, null],
  ['a press in a view', { ...PRESS, channel: undefined, message: undefined, view: { id: 'V1' } }, null],
];

describe('slack: what presses are for us', () => {
  for (const [what, body, outcome] of PRESSES) {
    it(what, () => {
      const press = readPress(body);
      if (outcome === null) expect(press).to.equal(null);
      else expect(press).to.include(outcome);
    });
  }
});
