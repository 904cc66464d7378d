// docs/reference/channels.md: what each channel can show.
import { CHANNEL_LIMITS } from '../../src/channel/limits.ts';

const ROWS = {
  text: 'characters of a text',
  body: 'characters of a text above buttons or a list',
  caption: 'characters of a caption',
  buttons: 'buttons',
  buttonLabel: 'characters of a button',
  quickReplies: 'quick replies',
  list: 'options of a list',
  listLabel: 'characters of an option in a list',
  description: 'characters below an option',
  listButton: 'characters of what opens a list',
};

const HEAD = `# What channels show

A message says what is meant; each channel shows it as well as it can:

- More buttons than it has, or longer ones, become a list; a list over its limits becomes numbered lines. Every option can
  still be picked: by its number, its label, or a beginning that only one label has.
- A long text is sent in pieces, cut between paragraphs, sentences or words. A long caption follows as a text.
- Quick replies become buttons where there are none.
- A \`template\` is sent as such on WhatsApp, and as the \`text\` beside it elsewhere.

\`parley check\` holds a flow against the channels that it names under \`channels:\`. \`whatsapp\` stands for every WhatsApp
channel.`;

const FOOT = `Characters are counted as UTF-16 units: most letters are one, most emoji two or more.`;

export function channelsPage() {
  const channels = [...CHANNEL_LIMITS];
  const head = ['', ...channels.map(([name]) => `\`${name}\``)];
  const rows = Object.entries(ROWS).map(([key, what]) => [what, ...channels.map(([, limits]) => cell(limits, key))]);
  const templates = ['templates', ...channels.map(([, limits]) => (limits.templates === true ? 'yes' : 'no'))];
  const window = ['free messages after the contact’s last one', ...channels.map(([, limits]) => hours(limits.window))];
  const rate = ['messages in one conversation', ...channels.map(([, limits]) => pace(limits.rate))];
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const table = [
    line(head),
    `|${head.map(() => '---|').join('')}`,
    ...[...rows, templates, window, rate].map(line),
  ].join('\n');
  return [HEAD, table, FOOT];
}

function hours(window) {
  return window === undefined ? 'always' : `${window / 3_600_000} hours`;
}

/** Faster ones wait for their turn. */
function pace(rate) {
  if (rate === undefined) return 'at once';
  const over = `one in ${rate.every / 1000} s`;
  return rate.burst === 1 ? over : `${rate.burst} at once, then ${over}`;
}

/** What hangs on buttons or lists says nothing where there are none. */
function cell(limits, key) {
  if (key.startsWith('button') && limits.buttons === 0) return 'none';
  if (['list', 'listLabel', 'listButton', 'description'].includes(key) && limits.list === 0) return 'none';
  if (key === 'quickReplies') return limits.quickReplies === undefined ? 'as buttons' : String(limits.quickReplies);
  if (key === 'body') return (limits.body ?? limits.text).toLocaleString('en');
  return limits[key] === undefined ? 'any' : limits[key].toLocaleString('en');
}
