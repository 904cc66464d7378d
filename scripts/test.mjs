// The test command: builds, then runs every suite that can run here. Arguments go to mocha, to run a part:
//   npm test -- test/flows
import { buildIfStale } from './build.mjs';
import { run } from './run.mjs';

await buildIfStale();
const chosen = process.argv.slice(2);
const mocha = chosen.length > 0 ? chosen : ['test/**/*.test.ts'];
const coverage =
  process.env.COVERAGE === undefined
    ? null
    : ['--reporter=text-summary', '--reporter=html', '--include=src/**', '--include=channels/**', 'mocha'];
process.exit(
  coverage === null
    ? await run('tests', 'mocha', mocha)
    : await run('tests with coverage', 'c8', [...coverage, ...mocha]),
);
