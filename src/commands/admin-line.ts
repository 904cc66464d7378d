import type { Command } from 'commander';
import { example } from './line.ts';
import type { Finish } from './line.ts';

/** Who may use the API, and what could not be taken: the commands for whoever runs the server. */
export function addAdmin(program: Command, finish: Finish): void {
  addTokens(program, finish);
  addDeadLetters(program, finish);
}

function addTokens(program: Command, finish: Finish): void {
  const tokens = program
    .command('tokens')
    .description('API tokens beside ADMIN_TOKEN: add, list, revoke')
    .addHelpText(
      'after',
      example(
        'parley tokens add shop --scope contacts:write events:write --expires 90d',
        'parley tokens revoke 3f1c9a2b',
      ),
    );
  tokens
    .command('add')
    .argument('<name>', 'who or what it is for')
    .requiredOption('--scope <scope...>', 'what it may do, such as contacts:write')
    .option('--expires <time>', 'how long it is valid, such as 90d; default: until it is revoked')
    .description('make a token and show it once')
    .action(async (name: string, options: { scope: string[]; expires?: string }) =>
      finish(await (await import('./admin.ts')).addToken(name, options)),
    );
  tokens
    .command('list')
    .description('list names, scopes and ends, never tokens')
    .action(async () => finish(await (await import('./admin.ts')).listTokens()));
  tokens
    .command('revoke')
    .argument('<id>', 'id of a token, as the list shows it')
    .description('refuse a token from now on')
    .action(async (id: string) => finish(await (await import('./admin.ts')).revokeToken(id)));
}

function addDeadLetters(program: Command, finish: Finish): void {
  const letters = program
    .command('dead-letters')
    .description('entries that no try could take: list, show, retry, drop')
    .addHelpText('after', example('parley dead-letters list', 'parley dead-letters retry 5d41402abc4b2a76'));
  letters
    .command('list')
    .option('--limit <count>', 'how many, 1 to 200', '50')
    .option('--before <cursor>', 'go on below the end of an earlier list')
    .description('list them, newest first')
    .action(async (options: { limit?: string; before?: string }) =>
      finish(await (await import('./admin.ts')).listDeadLetters(options)),
    );
  const one = (name: string, description: string, run: (id: string) => Promise<number>): void => {
    letters
      .command(name)
      .argument('<id>', 'id of a dead letter, as the list shows it')
      .description(description)
      .action(async (id: string) => finish(await run(id)));
  };
  one('show', 'show the entry and why it failed', async (id) => (await import('./admin.ts')).showDeadLetter(id));
  one('retry', 'put it into its conversation again', async (id) => (await import('./admin.ts')).retryDeadLetter(id));
  one('drop', 'forget it', async (id) => (await import('./admin.ts')).dropDeadLetter(id));
}
