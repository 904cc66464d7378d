import type { Command } from 'commander';
import type { CallOptions } from './calls.ts';
import type { TestOptions } from './integrations.ts';

/** Told the exit code of a command. */
export type Finish = (code: number) => void;

/** The part of a help text that shows how a command is used. */
export function example(...lines: readonly string[]): string {
  return `\n${lines.length === 1 ? 'Example' : 'Examples'}:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}

/** What reaches a running server, or the store when none runs: integrations, secrets, calls, contacts. */
export function addOperations(program: Command, finish: Finish): void {
  addIntegrations(program, finish);
  addCredentials(program, finish);
  addSecrets(program, finish);
  addKeys(program, finish);
  addCalls(program, finish);
  addContacts(program, finish);
  addBackup(program, finish);
}

function addBackup(program: Command, finish: Finish): void {
  program
    .command('backup')
    .argument('<file>', 'where the copy goes; a new file')
    .description('copy the embedded store and its keys, also while the server runs')
    .addHelpText('after', example('parley backup backup/parley-monday.db'))
    .action(async (file: string) => finish((await import('./backup.ts')).backup(file)));
}

function addIntegrations(program: Command, finish: Finish): void {
  const integrations = program
    .command('integrations')
    .description('custom integrations: list, show, try a credential or an action')
    .addHelpText(
      'after',
      example(
        'parley integrations list',
        'parley integrations test user-login --credential main',
        'parley integrations test user-login --action create_user_validation --input account_id=ana --write validation_id',
      ),
    );
  integrations
    .command('list')
    .description('list built-in and custom integrations')
    .action(async () => finish(await (await import('./integrations.ts')).listIntegrations()));
  integrations
    .command('show')
    .argument('<integration>', 'id of the integration')
    .description('show its fields, credentials, actions, inputs and outputs')
    .action(async (id: string) => finish(await (await import('./integrations.ts')).showIntegration(id)));
  integrations
    .command('test')
    .argument('<integration>', 'id of the integration')
    .option('--credential <name>', 'the credential to go with; default: the only one')
    .option('--action <action>', 'the action to try; default: the test request of the integration')
    .option('--input <key=value...>', 'a sample value for an input of the action')
    .option('--write [path...]', 'add these parts of the answer, or all, to the outputs in the file of the integration')
    .description('make a request now: status, headers, body, and what can become an output')
    .action(async (id: string, options: TestOptions) =>
      finish(await (await import('./integrations.ts')).testIntegration(id, options)),
    );
}

function addCredentials(program: Command, finish: Finish): void {
  const credentials = program
    .command('credentials')
    .description('credentials of integrations, encrypted in the store: add, list, set, rename, test, remove')
    .addHelpText(
      'after',
      example(
        'parley credentials add user-login main',
        'parley credentials add user-login main < values.txt',
        'parley credentials rename user-login main "Main account"',
      ),
    );
  credentials
    .command('add')
    .argument('<integration>', 'id of the integration')
    .argument('<name>', 'what the credential is to be called')
    .option('--value <identifier=->', 'the one field that is given, its value on standard input')
    .description('ask for the values (or read lines identifier=value), keep them, and try them at once')
    .action(async (integration: string, name: string, options: { value?: string }) =>
      finish(await (await import('./credentials.ts')).addCredential(integration, name, options)),
    );
  credentials
    .command('list')
    .argument('[integration]', 'id of an integration; default: all')
    .description('list names, never values')
    .action(async (integration: string | undefined) =>
      finish(await (await import('./credentials.ts')).listCredentials(integration)),
    );
  addCredentialChanges(credentials, finish);
}

function addCredentialChanges(credentials: Command, finish: Finish): void {
  credentials
    .command('set')
    .argument('<integration>', 'id of the integration')
    .argument('<name>', 'name of the credential')
    .option('--value <identifier=->', 'the one field that is given, its value on standard input')
    .description('ask for new values (or read lines identifier=value), keep them, and try them at once')
    .action(async (integration: string, name: string, options: { value?: string }) =>
      finish(await (await import('./credentials.ts')).changeCredential(integration, name, options)),
    );
  credentials
    .command('rename')
    .argument('<integration>', 'id of the integration')
    .argument('<name>', 'what it is called')
    .argument('<new-name>', 'what it is to be called')
    .description('give a credential another name')
    .action(async (integration: string, name: string, to: string) =>
      finish(await (await import('./credentials.ts')).renameCredential(integration, name, to)),
    );
  credentials
    .command('test')
    .argument('<integration>', 'id of the integration')
    .argument('<name>', 'name of the credential')
    .description('make the test request with it: status, headers, body')
    .action(async (integration: string, name: string) =>
      finish(await (await import('./credentials.ts')).testCredential(integration, name)),
    );
  credentials
    .command('remove')
    .argument('<integration>', 'id of the integration')
    .argument('<name>', 'name of the credential')
    .option('--force', 'also while flows use it; their calls will fail')
    .description('forget a credential for good')
    .action(async (integration: string, name: string, options: { force?: boolean }) =>
      finish(await (await import('./credentials.ts')).removeCredential(integration, name, options)),
    );
}

function addSecrets(program: Command, finish: Finish): void {
  const secrets = program
    .command('secrets')
    .description('values that flows use as @secret.<name>, encrypted in the store: set, list, remove')
    .addHelpText('after', example('parley secrets set crm_key', 'parley secrets set crm_key < key.txt'));
  secrets
    .command('set')
    .argument('<name>', 'small letters, digits and _')
    .description('ask for the value (or read it from standard input) and keep it')
    .action(async (name: string) => finish(await (await import('./secrets.ts')).setSecret(name)));
  secrets
    .command('list')
    .description('list names, never values')
    .action(async () => finish(await (await import('./secrets.ts')).listSecrets()));
  secrets
    .command('remove')
    .argument('<name>', 'name of the secret')
    .option('--force', 'also while flows use it; their calls will fail')
    .description('forget a secret for good')
    .action(async (name: string, options: { force?: boolean }) =>
      finish(await (await import('./secrets.ts')).removeSecret(name, options)),
    );
}

function addKeys(program: Command, finish: Finish): void {
  const keys = program
    .command('keys')
    .description('the keys that credentials and secrets are encrypted with: list, rotate')
    .addHelpText('after', example('parley keys list', 'parley keys rotate', 'parley keys rotate --fresh'));
  keys
    .command('list')
    .description('list the ids of the keys and how much is under each')
    .action(async () => finish(await (await import('./keys.ts')).listKeys()));
  keys
    .command('rotate')
    .option('--fresh', 'make a new key first; only where the server keeps its key itself')
    .description('put everything under the newest key, while the server goes on; safe to do again')
    .action(async (options: { fresh?: boolean }) => finish(await (await import('./keys.ts')).rotateKeys(options)));
}

function addCalls(program: Command, finish: Finish): void {
  const calls = program
    .command('calls')
    .description('the webhook log: what was called, and what came back')
    .addHelpText(
      'after',
      example(
        'parley calls list --status 5xx --flow order-status',
        'parley calls show 3f1c…',
        'parley calls test order-status lookup --set order_number=CU001',
      ),
    );
  calls
    .command('list')
    .option('--status <status>', 'such as 404, 5xx, timed_out or failed')
    .option('--type <type>', 'webhook, external_web_call or custom_integration')
    .option('--channel <name>', 'calls for contacts of this channel')
    .option('--contact <id>', 'calls for this contact')
    .option('--flow <id>', 'calls of this flow')
    .option('--block <id>', 'calls of this block')
    .option('--limit <count>', 'how many, 1 to 200', '20')
    .option('--before <cursor>', 'go on below the end of an earlier list')
    .description('list calls, newest first')
    .action(async (options: CallOptions) => finish(await (await import('./calls.ts')).listCalls(options)));
  calls
    .command('show')
    .argument('<id>', 'id of a call, as the list shows it')
    .description('show one try with its request and response, secrets masked')
    .action(async (id: string) => finish(await (await import('./calls.ts')).showCall(id)));
  calls
    .command('test')
    .argument('<flow>', 'id of a flow')
    .argument('<block>', 'id of a block that calls out')
    .option('--set <name=value...>', 'a sample value for a variable of the flow')
    .description('make the request of a block now: status, headers, body, and what can become a variable')
    .action(async (flow: string, block: string, options: { set?: string[] }) =>
      finish(await (await import('./calls.ts')).testCall(flow, block, options)),
    );
}

function addContacts(program: Command, finish: Finish): void {
  const contacts = program
    .command('contacts')
    .description('who has written, and where they are: list, show, reset')
    .addHelpText('after', example('parley contacts list', 'parley contacts reset whatsapp:573001112233'));
  contacts
    .command('list')
    .option('--limit <count>', 'how many, 1 to 200', '50')
    .option('--after <id>', 'go on behind this contact')
    .description('list contacts in the order of their ids')
    .action(async (options: { limit?: string; after?: string }) =>
      finish(await (await import('./contacts.ts')).listContacts(options)),
    );
  contacts
    .command('show')
    .argument('<id>', '<channel>:<address>')
    .description('show fields, variables and place of a contact')
    .action(async (id: string) => finish(await (await import('./contacts.ts')).showContact(id)));
  contacts
    .command('reset')
    .argument('<id>', '<channel>:<address>')
    .description('end the flow a contact is in')
    .action(async (id: string) => finish(await (await import('./contacts.ts')).resetContact(id)));
}
