import { expect } from 'chai';
import { readCommand } from '../../channels/slack/bench-commands.ts';
import type { Command } from '../../channels/slack/bench-commands.ts';
import { didYouMean } from '../../src/flow/language/suggest.ts';

describe('commands of the test bench', () => {
  const READ: readonly (readonly [text: string, command: Command])[] = [
    ['', { kind: 'help' }],
    ['  FLOWS ', { kind: 'flows' }],
    ['start orders', { kind: 'start', wanted: { flow: 'orders', calls: 'real' } }],
    [
      'start orders as whatsapp name=Ana age=5 code=007 big=12345678901234567890 ok=true note=“two words” text="5"',
      {
        kind: 'start',
        wanted: {
          flow: 'orders',
          calls: 'real',
          channel: 'whatsapp',
          variables: {
            name: 'Ana',
            age: 5,
            code: '007',
            big: '12345678901234567890',
            ok: true,
            note: 'two words',
            text: '5',
          },
        },
      },
    ],
    ['start orders without calls at look', { kind: 'start', wanted: { flow: 'orders', calls: 'mock', block: 'look' } }],
    ['set data={"a":[1]} who=null', { kind: 'step', step: { set: { data: { a: [1] }, who: null } } }],
    ['goto look', { kind: 'step', step: { goto: 'look' } }],
    ['advance 10m', { kind: 'step', step: { advance: '10m' } }],
    ['event paid amount=5', { kind: 'step', step: { event: { name: 'paid', data: { amount: 5 } } } }],
    ['resume', { kind: 'step', step: { resume: {} } }],
    ['handback', { kind: 'step', step: { handback: true } }],
    ['reset', { kind: 'step', step: { reset: true } }],
    ['trace ON', { kind: 'trace', on: true }],
    ['save as test a shipped order', { kind: 'save', name: 'a shipped order' }],
    ['save as test', { kind: 'save' }],
  ];
  for (const [text, command] of READ)
    it(JSON.stringify(text), () => expect(readCommand(text, didYouMean)).to.deep.equal(command));

  const PROBLEMS: readonly (readonly [text: string, says: string])[] = [
    ['strat orders', 'there is no command "strat": did you mean `start`?'],
    ['constructor', 'there is no command "constructor"'],
    ['start', 'write `start <flow>`'],
    ['start orders on whatsapp', '"on" cannot be read here'],
    ['start orders as', '"as" cannot be read here'],
    ['trace maybe', 'write `trace on` or `trace off`'],
    ['set', 'write `set name=value`'],
    ['set name = value', 'write `set name=value`'],
    ['goto', 'write `goto <block>`'],
    ['advance', 'write `advance 10m`'],
    ['save test', 'write `save as test`'],
  ];
  for (const [text, says] of PROBLEMS)
    it(`${text} is told to be wrong`, () => {
      const command = readCommand(text, didYouMean);
      expect(command.kind === 'problem' ? command.text : command).to.contain(says);
    });
});
