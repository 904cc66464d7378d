import { STATUS_CODES } from 'node:http';
import type { TestResult } from '../api/v1/operations.ts';
import { line, paragraph } from './print.ts';

/** Shows what a request that was tried came to; the exit code: 0 when it went well. */
export function showTest({ ok, status, headers, body, ms, reason }: TestResult): number {
  const answered = status === null ? 'no answer' : `${status} ${STATUS_CODES[status] ?? ''}`.trim();
  line(`${ok ? 'ok' : 'failed'}: ${answered} in ${ms} ms`);
  if (reason !== undefined) line(`  ${reason}`);
  for (const [name, value] of Object.entries(headers)) line(`  ${name}: ${value}`);
  if (body !== '') {
    line();
    paragraph(pretty(body));
  }
  return ok ? 0 : 1;
}

/** JSON with its parts below each other; any other text as it is. */
export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
