import type { AskPlace } from '../../src/channel/channel.ts';
import { note, ok, problem } from '../../src/domain/finding.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { own } from '../../src/domain/json.ts';
import { loadAssets } from './assets.ts';
import { factsOf } from './facts.ts';
import { readSettings } from './settings.ts';

const TIMEOUT = 10_000;

/** Looks whether the page is built, and whether PUBLIC_URL leads to a Parley server. */
export async function checkWeb(
  env: Readonly<Record<string, string | undefined>>,
  http: AskPlace,
): Promise<readonly Finding[]> {
  const built = (await loadAssets()).files.has('chat.js');
  const page = built ? ok('the chat page is built') : problem('the chat page has no script', 'Run `npm run build`.');
  return [page, await address(readSettings(env).publicUrl, http), ...factsOf(env)];
}

async function address(url: string | undefined, http: AskPlace): Promise<Finding> {
  if (url === undefined) {
    const fix = 'Set PUBLIC_URL to the address under which visitors reach the server.';
    return note('PUBLIC_URL is not set, so links lead to localhost and work on this machine only', fix);
  }
  const answer = await http({ method: 'GET', url: `${url}/healthz`, headers: {}, timeout: TIMEOUT });
  if (answer.kind !== 'answered')
    return note(`nothing answers at PUBLIC_URL from here: ${answer.reason}`, 'Start the server, or look at its proxy.');
  if (answer.status === 200 && own(answer.json, 'ok') === true) return ok(`PUBLIC_URL leads to a server: ${url}`);
  const fix = 'Let the proxy pass every path on to the server, or correct PUBLIC_URL.';
  return problem(`at ${url} something else than Parley answers (HTTP ${answer.status})`, fix);
}
