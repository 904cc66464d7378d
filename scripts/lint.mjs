// Everything that is judged without running the code: types, lint, format.
import { run } from './run.mjs';

const steps = [
  ['types', 'tsc', ['--noEmit', '-p', '.']],
  ['types of the chat page', 'tsc', ['--noEmit', '-p', 'channels/web/page']],
  ['lint', 'oxlint', ['--type-aware', '--deny-warnings', 'src', 'channels', 'test', 'scripts']],
  ['format', 'oxfmt', ['--check', 'src', 'channels', 'test', 'scripts']],
];

for (const [name, command, args] of steps) {
  const code = await run(name, command, args);
  if (code !== 0) process.exit(code);
}
