// Small pieces that the generated pages share.

/** Stands at the top of every generated page. */
export const note = '<!-- Written by `npm run docs` from the sources. Changes belong there. -->';

/** A fenced block. */
export function fence(language, text) {
  return `\`\`\`${language}\n${text.trim()}\n\`\`\``;
}
