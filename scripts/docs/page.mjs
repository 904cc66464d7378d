// Small pieces that the generated pages share.

/** Stands at the top of every generated page. */
export const note = '<!-- Written by `npm run docs` from the sources. Changes belong there. -->';

/** A fenced block. */
export function fence(language, text) {
  return `\`\`\`${language}\n${text.replace(/^\n+/, '').trimEnd()}\n\`\`\``;
}

/**
 * A page of the reference. Links to others of its pages are written `](ref:operators.md)`, as seen from docs/reference;
 * here they get the way that leads there from this page.
 */
export function referencePage(path, parts) {
  const folders = path.split('/').slice(2, -1);
  const way = path === 'docs/reference.md' ? 'reference/' : folders.map(() => '../').join('');
  return `${[note, ...parts].join('\n\n')}\n`.replaceAll('](ref:', `](${way}`);
}
