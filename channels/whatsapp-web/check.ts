import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ParleyError, messageOf } from '../../src/domain/error.ts';
import { note, ok, problem } from '../../src/domain/finding.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { findChromium } from './chromium.ts';
import { linkedNumber } from './linked.ts';
import { readSettings } from './settings.ts';

const TIMEOUT = 15_000;

const run = promisify(execFile);

/** Looks for the browser, starts it to hear its version, and looks on disk whose login is there. WhatsApp is not asked. */
export async function checkWhatsAppWeb(env: Readonly<Record<string, string | undefined>>): Promise<readonly Finding[]> {
  const settings = readSettings(env);
  const number = linkedNumber(settings);
  const login =
    number === null
      ? note('no phone is linked', 'Start the server and scan the code that it shows.')
      : ok(`the phone +${number} is linked, as far as the server knows (login "${settings.session}")`);
  return [await browser(settings.chromium, env['PATH'] ?? ''), login];
}

async function browser(named: string | undefined, path: string): Promise<Finding> {
  let file: string;
  try {
    file = findChromium(named, path);
  } catch (error) {
    if (error instanceof ParleyError) return problem(error.message, error.hint);
    throw error;
  }
  try {
    const { stdout } = await run(file, ['--version'], { timeout: TIMEOUT });
    return ok(`the browser is ${stdout.trim().slice(0, 80)} (${file})`);
  } catch (error) {
    return problem(`${file} does not start: ${messageOf(error).split('\n')[0] ?? ''}`, 'Install it again.');
  }
}
