// What is measured is the build: dist/ of this checkout, or of the one that PARLEY_DIST names.
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The root of the checkout. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** The folder of the build. */
export const dist = resolve(process.env.PARLEY_DIST ?? join(root, 'dist'));

/** A module of the build, by its path without ending: `src/app`. */
export function compiled(path) {
  return import(pathToFileURL(join(dist, `${path}.js`)).href);
}
