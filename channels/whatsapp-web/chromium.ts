import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ParleyError } from '../../src/domain/error.ts';

/** Names under which distributions install it, looked for along PATH. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];

/** Where it is when it is not on PATH. */
const PLACES = [
  '/usr/bin/chromium',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

const HINT =
  'On Debian and Ubuntu: apt-get install chromium. Elsewhere install Chrome or Chromium and set PUPPETEER_EXECUTABLE_PATH to it.';

/** The browser to use: the one that was named, else the first that is found. Throws `bad_config` when there is none. */
export function findChromium(named: string | undefined, path: string, exists = existsSync): string {
  if (named !== undefined) {
    if (exists(named)) return named;
    throw new ParleyError('bad_config', `PUPPETEER_EXECUTABLE_PATH names "${named}", which is not there`, HINT);
  }
  const onPath = path.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const found = [...onPath, ...PLACES].find((file) => exists(file));
  if (found !== undefined) return found;
  throw new ParleyError('bad_config', 'whatsapp-web needs Chromium, and none was found', HINT);
}
