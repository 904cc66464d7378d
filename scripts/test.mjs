// The test command: builds, then runs every suite that can run here. Arguments go to mocha, to run a part:
//   npm test -- test/flows
import { buildIfStale } from './build.mjs';
import { run } from './run.mjs';

/** Suites that kill processes, drive browsers or look at the clock: in CI nothing runs beside them, elsewhere one other. */
const ALONE = [
  'test/browser/**/*.test.ts',
  'test/faults/**/*.test.ts',
  'test/stores/**/*.test.ts',
  'test/**/*chromium*.test.ts',
];

/** How those are run. */
const FEW = (process.env.CI ?? '') === '' ? ['--parallel', '--jobs', '2', ...ALONE] : ALONE;

/** All others, several files at a time. */
const TOGETHER = ['--parallel', '--jobs', '3', 'test/**/*.test.ts', ...ALONE.flatMap((files) => ['--ignore', files])];

const COVERAGE = ['--reporter=text-summary', '--reporter=html', '--include=src/**', '--include=channels/**'];

await buildIfStale();
const chosen = process.argv.slice(2);
if (process.env.COVERAGE !== undefined && process.env.PARLEY_COVERED === undefined)
  process.exit(
    await run('tests with coverage', 'c8', [...COVERAGE, 'node', 'scripts/test.mjs', ...chosen], {
      PARLEY_COVERED: '1',
    }),
  );
const codes =
  chosen.length > 0
    ? [await run('tests', 'mocha', chosen)]
    : [await run('tests, several at a time', 'mocha', TOGETHER), await run('tests, few at a time', 'mocha', FEW)];
process.exit(Math.max(...codes));
