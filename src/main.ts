import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import { Command, CommanderError, Option } from 'commander';
import type { CheckOptions } from './commands/check.ts';
import { addAdmin } from './commands/admin-line.ts';
import { addOperations, example } from './commands/line.ts';
import type { Finish } from './commands/line.ts';
import type { TestOptions } from './commands/test.ts';
import { ParleyError, messageOf } from './domain/error.ts';
import { version } from './version.ts';

/** Exit codes: all is well, problems were found, the command was not understood. */
const OK = 0;
const FOUND = 1;
const WRONG_USE = 2;

/** The command line. Each command is imported when it is asked for, so that the quick ones stay quick. */
function commandLine(finish: Finish): Command {
  const program = new Command('parley')
    .description('Runs chat conversations written as YAML flows.')
    .version(version())
    .addHelpText('after', example('parley start', 'parley chat order-status', 'parley check'))
    .exitOverride();
  addTalking(program, finish);
  addChecking(program, finish);
  addPlan(program, finish);
  addFlowTests(program, finish);
  addSchema(program, finish);
  addOperations(program, finish);
  addAdmin(program, finish);
  addDoctor(program, finish);
  return program;
}

function addTalking(program: Command, finish: Finish): void {
  program
    .command('start')
    .description('start the server')
    .addHelpText('after', example('PORT=8080 parley start'))
    .action(async () => finish(await (await import('./commands/start.ts')).start()));
  program
    .command('chat')
    .argument('[flow]', 'id of the flow; default: the one for any message')
    .option('--channel <name>', 'talk as if on this channel', 'console')
    .option('--trace', 'show each step, rule and call')
    .description('talk to a flow in the terminal; nothing is kept')
    .addHelpText('after', example('parley chat order-status --trace'))
    .action(async (flow: string | undefined, options: { channel: string; trace?: boolean }) =>
      finish(await (await import('./commands/chat.ts')).chat(flow, options)),
    );
}

function addChecking(program: Command, finish: Finish): void {
  const formats = new Option('--format <format>', 'how to print what was found');
  program
    .command('check')
    .argument('[path...]', 'flow files or folders; default: FLOWS_DIR')
    .addOption(formats.choices(['text', 'json', 'github']).default('text'))
    .option('--explain <code>', 'say what a code means, with an example and how to mend it')
    .option(
      '--variables <flow>',
      'list for each block of a flow the variables that are set on all, some or no paths to it',
    )
    .description('find every problem of every flow, with file:line:column')
    .addHelpText(
      'after',
      example(
        'parley check',
        'parley check flows/order-status.yaml --format json',
        'parley check --explain maybe-unset',
        'parley check --variables order-status',
      ),
    )
    .action(async (paths: string[], options: CheckOptions) =>
      finish(await (await import('./commands/check.ts')).check(paths, options)),
    );
  program
    .command('graph')
    .argument('<flow>', 'id of a flow, or its file')
    .addOption(new Option('--format <format>', 'the kind of picture').choices(['mermaid', 'svg']).default('mermaid'))
    .description('print a flow as a picture')
    .addHelpText('after', example('parley graph order-status --format svg > order-status.svg'))
    .action(async (flow: string, options: { format: string }) =>
      finish(await (await import('./commands/graph.ts')).graph(flow, options.format)),
    );
}

function addDoctor(program: Command, finish: Finish): void {
  program
    .command('doctor')
    .addOption(new Option('--format <format>', 'how to print what was found').choices(['text', 'json']).default('text'))
    .description('look at settings, store, flows, credentials and channels: what works, what does not, what to do')
    .addHelpText('after', example('parley doctor', 'parley doctor --format json'))
    .action(async (options: { format: string }) =>
      finish(await (await import('./commands/doctor.ts')).doctor(options)),
    );
}

function addPlan(program: Command, finish: Finish): void {
  program
    .command('plan')
    .argument('[path...]', 'flow files or folders; default: FLOWS_DIR')
    .addOption(new Option('--format <format>', 'how to print the plan').choices(['text', 'json']).default('text'))
    .description('say what deploying flows would change, and for which conversations')
    .addHelpText('after', example('parley plan', 'parley plan flows/order-status.yaml --format json'))
    .action(async (paths: string[], options: { format: string }) =>
      finish(await (await import('./commands/plan.ts')).plan(paths, options)),
    );
}

function addFlowTests(program: Command, finish: Finish): void {
  program
    .command('test')
    .argument('[path...]', 'flow test files or folders; default: tests/ in FLOWS_DIR')
    .option('--grep <text>', 'run only the tests with this text in their names')
    .option('--coverage', 'show the blocks and exits that no test reaches')
    .option('--watch', 'run again when a flow or a test changes; Ctrl-C ends')
    .option('--junit <file>', 'write a JUnit report')
    .description('run flow tests')
    .addHelpText('after', example('parley test flows/tests/order-status.test.yaml', 'parley test --coverage --watch'))
    .action(async (paths: string[], options: TestOptions) =>
      finish(await (await import('./commands/test.ts')).test(paths, options)),
    );
}

function addSchema(program: Command, finish: Finish): void {
  program
    .command('schema')
    .addOption(new Option('--for <kind>', 'the kind of file').choices(['flow', 'integration', 'test']).default('flow'))
    .option('--write', 'write all of them into .schema/ of FLOWS_DIR')
    .description('print a JSON Schema, for editors that complete and check flow files')
    .addHelpText('after', example('parley schema --write', 'parley schema --for test > test.json'))
    .action(async (options: { for: string; write?: boolean }) =>
      finish(await (await import('./commands/schema.ts')).schema(options)),
    );
}

/** Runs one command line and answers its exit code. */
export async function main(args: readonly string[]): Promise<number> {
  if (existsSync('.env')) loadEnvFile('.env');
  process.stdout.on('error', hungUp);
  let code = OK;
  try {
    await commandLine((result) => (code = result)).parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? OK : WRONG_USE;
    if (!(error instanceof ParleyError)) {
      process.stderr.write(`parley: ${error instanceof Error ? (error.stack ?? error.message) : messageOf(error)}\n`);
      return FOUND;
    }
    process.stderr.write(`parley: ${error.message}\n  ${error.hint}\n`);
    return error.code === 'wrong_use' ? WRONG_USE : FOUND;
  }
}

/** Whoever reads along (`| head`) may leave when it has seen enough: nothing went wrong, and nothing is left to do. */
function hungUp(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(OK);
}
