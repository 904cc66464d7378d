// Puts the build and the packages it uses into a few files: Node then starts in half the time, because it need not find,
// read and link several hundred modules. What is native, large or only needed by one channel stays where npm put it.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const APART = ['libsql', 'mongoose', 'whatsapp-web.js', /^@slack\//];

/** Bundles `dist/src` and the channels into `dist/bundle`; `main.js` is the command line, `child.js` what WhatsApp Web runs in. */
export async function bundle(dist) {
  const made = await rolldown({
    input: { main: join(dist, 'src/main.js'), child: join(dist, 'channels/whatsapp-web/child.js') },
    platform: 'node',
    external: APART,
  });
  const { output } = await made.write({
    dir: join(dist, 'bundle'),
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    // Without blanks there is less to read; names stay, for the stacks in the log.
    minify: { compress: false, mangle: false, codegen: true },
  });
  await made.close();
  const modules = output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
  writeFileSync(join(dist, 'bundle', 'LICENSES.txt'), licences(modules));
}

/** The licence of every package that is in the bundle, as its authors ask for. */
function licences(modules) {
  const roots = new Set(
    modules.flatMap((id) => /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+(?=[\\/])/.exec(id)?.[0] ?? []),
  );
  return [...roots]
    .sort((one, other) => one.localeCompare(other))
    .map(licence)
    .join(`\n${'-'.repeat(80)}\n\n`);
}

function licence(root) {
  const { name, version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const file = readdirSync(root).find((each) => /^(licen[cs]e|copying)/i.test(each));
  const text = file === undefined ? '' : `\n${readFileSync(join(root, file), 'utf8')}`;
  return `${name} ${version} (${license})\n${text}`;
}
