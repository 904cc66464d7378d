import { escapeMarkup } from '../domain/escape.ts';
import type { TestResult } from './runtest.ts';

/** Results as a JUnit report, for build servers. */
export function toJunit(results: readonly TestResult[]): string {
  const failed = results.filter((result) => result.failure !== undefined).length;
  const cases = results.map(({ name, file, ms, failure }) => {
    const head = `    <testcase name="${xml(name)}" classname="${xml(file)}" time="${(ms / 1000).toFixed(4)}"`;
    return failure === undefined
      ? `${head}/>`
      : `${head}>\n      <failure message="${xml(failure.message)}">${xml(`${file}:${failure.at.line}`)}</failure>\n    </testcase>`;
  });
  const suite = `  <testsuite name="flows" tests="${results.length}" failures="${failed}">\n${cases.join('\n')}\n  </testsuite>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suite}\n</testsuites>\n`;
}

function xml(text: string): string {
  // oxlint-disable-next-line no-control-regex
  const clean = text.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F]/g, '');
  return escapeMarkup(clean).replaceAll('\n', '&#10;');
}
