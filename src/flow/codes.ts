/** How bad a finding is: errors keep a file from going live, warnings and hints do not. */
export type Severity = 'error' | 'warning' | 'hint';

/** What a code means, for `parley check --explain` and the diagnostics page. */
export interface CodeFacts {
  readonly severity: Severity;
  readonly explain: string;
}

const error = (explain: string): CodeFacts => ({ severity: 'error', explain });
const warning = (explain: string): CodeFacts => ({ severity: 'warning', explain });
const hint = (explain: string): CodeFacts => ({ severity: 'hint', explain });

/** Every code that `parley check` can report. Codes are stable: scripts and ignore lists rely on them. */
export const CODES = {
  'yaml-syntax': error('The file is not valid YAML: indentation, quotes or brackets are off at this place.'),
  'yaml-too-large': error('The file is larger than 256 KiB. Split it into several flows with jump or subflow.'),
  'yaml-too-deep': error('Values are nested more than 64 deep. No flow needs that; look for a missing line break.'),
  'yaml-aliases': error('The file expands more than 100 aliases. Write repeated parts out, or use a subflow.'),
  'yaml-duplicate-key': error('The same key stands twice in one mapping, so one of the two values would be lost.'),
  'yaml-encoding': error('The file is not UTF-8 text.'),
  'number-spelling': warning(
    'YAML reads this as a number and drops part of how it was written. Put quotes around it to keep it as text.',
  ),
  'unreadable-file': error('The file cannot be opened.'),
  'wrong-type': error('The value has another type than this key takes.'),
  'missing-key': error('A key that is needed is not there.'),
  'unknown-key': error('This key is not known here, so it would have no effect.'),
  'bad-value': error('The value is not one of those that this key takes.'),
  'duplicate-id': error('Two blocks of the flow have the same id; jumps and variables could not tell them apart.'),
  'duplicate-flow': error('Two files have the same flow id.'),
  'reserved-name': error('The name is used by Parley itself, or reaches into the machinery, and cannot be a variable.'),
  'unknown-block-type': error('There is no block of this type.'),
  'unknown-target': error('The block that this exit names does not exist in the flow.'),
  'unknown-flow': error('The flow that this block names does not exist.'),
  'unknown-operator': error('There is no operator of this name.'),
  'bad-operator': error('A rule has exactly one operator, with an argument that it can work with.'),
  'bad-expression': error('The expression cannot be read.'),
  'bad-template': error('The text has a reference or address that cannot work.'),
  'bad-pattern': error(
    'The regular expression cannot be used. Look-around and back-references do not run in linear time and are refused.',
  ),
  'bad-path': error('The path into the response cannot be read; write a.b[0].c or "@(expression)".'),
  'unknown-name': error('The expression uses a name that this flow does not have.'),
  'misspelt-reference': warning(
    'The text has an @name that nobody sets, but one that is nearly the same is known. The contact would read it as it is written.',
  ),
  'unknown-reference': hint('The text has an @name that nobody sets, so it stays as it is written.'),
  'misplaced-secret': error(
    'A secret stands where a contact could read it. Secrets go into the headers, query, body and basic_auth of calls, and nowhere else.',
  ),
  'inline-secret': error(
    'A password or key is written into the file. Files are shared and kept: set it with parley secrets or parley credentials and refer to it.',
  ),
  'likely-secret': warning(
    'This looks like a password or key written into the file. Set it with parley secrets set, and write @secret.<name>.',
  ),
  'unread-secret': warning(
    'The name of a secret stands right behind a letter or digit, as in an e-mail address, so it is sent as it is written.',
  ),
  'unknown-auth': error('The request uses an authentication field that its integration does not have.'),
  'unknown-input': error('The request or the block uses an input that the action does not have.'),
  'missing-input': error('An input that the action needs is not given.'),
  'bad-input': error('The value cannot be what the input is declared to be, so the call would never be made.'),
  'unknown-integration': error('There is no custom integration of this id.'),
  'unknown-action': error('The custom integration has no action of this id.'),
  'duplicate-integration': error('Two files have the same integration id.'),
  'changing-test': hint(
    'The test request may change data at the other side each time a credential is tried. A GET is safer.',
  ),
  'body-not-sent': warning('Requests of this method go out without a body, so what is written there has no effect.'),
  'unreachable-block': warning('No path from the start of the flow, or from one of its exits, leads to this block.'),
  'missing-exit': warning('The block can end in a way that has no exit of its own, so the contact may be surprised.'),
  'maybe-unset': warning('The variable is not set on every path that leads to this block.'),
  'never-set': warning('No path that leads to this block sets the variable.'),
  'loop-without-wait': error(
    'Blocks lead back to themselves without ever waiting for the contact or calling out, so the flow would never end.',
  ),
  'busy-loop': hint(
    'Blocks lead back to themselves without waiting. There is a way out, but if it is never taken the turn stops at 100 blocks.',
  ),
  'moved-block-stays': error(
    'A line of moved: takes conversations from a block that the flow still has. It is for blocks that are gone.',
  ),
  'not-a-validation': error(
    'The block that is named validates nothing. Results come from phone_validator and custom_integration.',
  ),
  'event-loop': warning(
    'Flows raise events that start each other, or themselves, and nobody is waited for on the way, so they would never end.',
  ),
  'bad-cron': error(
    'The schedule cannot be read, or never comes. It has five fields: minute, hour, day of the month, month, day of the week.',
  ),
  'bad-timezone': error('There is no time zone of this name. Write one as America/Bogota or UTC.'),
  'dead-end': warning(
    'The contact waits here for something from outside, but no block of the flow tells anybody outside that it waits.',
  ),
  'shadowed-rule': warning('A rule or case before this one takes everything that it would, so it never matches.'),
  'same-label': warning('Two options of one question have the same label, so the contact cannot tell them apart.'),
  'unused-variable': warning('The variable is declared, and no block reads or sets it.'),
  'never-read': hint('The block sets a variable that nothing in the flow reads.'),
  'unknown-channel': warning('There is no channel of this name, so the flow never runs on it.'),
  'text-too-long': warning('The text is longer than a channel of the flow shows at once. It is sent in pieces there.'),
  'caption-too-long': warning('The caption is longer than a channel of the flow shows. It follows as a text there.'),
  'label-too-long': warning(
    'A label is longer than a channel of the flow shows. The options become a list or numbered lines there.',
  ),
  'too-many-buttons': warning('There are more buttons than a channel of the flow shows. They become a list there.'),
  'too-many-options': warning(
    'There are more options than a channel of the flow shows in one list. They become numbered lines there.',
  ),
  'template-without-text': warning(
    'The message is a WhatsApp template, and the flow also runs on a channel that has none and no text to say instead.',
  ),
  'window-closed': warning(
    'WhatsApp lets a business write freely for 24 hours after the contact’s last message. What this block says after its wait would be refused.',
  ),
  'template-language': warning('The WhatsApp template is in another language than the flow.'),
  'redirect-without-web': warning('A redirect_url leads on visitors of the web page, and the flow does not run there.'),
  'late-consent': warning('In a web flow the consent block comes first, before anything is asked or kept.'),
  'same-keyword': warning('Two flows start by the same keyword; the first in the order of ids wins.'),
  'keyword-prefix': hint('The keyword is the beginning of a longer one that starts another flow; the longer one wins.'),
  'same-trigger': warning('Two flows want to start by catch_all or new_contact; the first in the order of ids wins.'),
} as const satisfies Record<string, CodeFacts>;

export type Code = keyof typeof CODES;
