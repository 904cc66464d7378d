// .env.example: every setting with its help and default, commented out.
import { SETTINGS } from '../../src/config/settings.ts';

const HEAD = `# Settings of the server. Copy this file to .env and change what you need; everything here is optional.
# An empty value counts as not set. A wrong value stops the start with one line that names it.`;

export function envExample() {
  const entries = Object.entries(SETTINGS).map(
    ([name, { help, default: standard, secret }]) =>
      `# ${help}${secret === true ? ' Keep it secret.' : ''}\n#${name}=${standard ?? ''}`,
  );
  return `${[HEAD, ...entries].join('\n\n')}\n`;
}
