/**
 * Text for Slack: `&`, `<` and `>` are all that can mention people or make links, so with these escaped nothing a contact
 * or an API says can call a whole channel. What flows write in bold stays bold.
 */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A link for a text of Slack. */
export function linkTo(url: string, label: string): string {
  const safe = url.replaceAll('|', '%7C').replaceAll('<', '%3C').replaceAll('>', '%3E').replaceAll('&', '&amp;');
  return `<${safe}|${escapeText(label.replaceAll('|', '¦'))}>`;
}

/** What somebody typed: mentions, links and escapes as plain text. Emoji stay names such as `:smile:`. */
export function plainText(text: string): string {
  return unescapeText(text.replaceAll(/<([^<>\s][^<>]*)>/g, (_, inner: string) => plainPart(inner)));
}

/** Undoes {@link escapeText}. */
export function unescapeText(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** The text without the mentions of one user, and whether there were any. */
export function withoutMention(text: string, user: string): { readonly text: string; readonly mentioned: boolean } {
  const rest = text.replaceAll(/\s*<@([A-Z0-9]+)(?:\|[^<>]*)?>[:,]?/g, (all, id: string) => (id === user ? '' : all));
  return { text: rest.trimStart(), mentioned: rest !== text };
}

/** One `<…>` of Slack: what stands before the bar says what it is, what stands after it is what people see. */
function plainPart(inner: string): string {
  const bar = inner.indexOf('|');
  const [target, label] = bar < 0 ? [inner, ''] : [inner.slice(0, bar), inner.slice(bar + 1)];
  if (target.startsWith('@')) return label === '' ? target : `@${label}`;
  if (target.startsWith('#')) return label === '' ? target : `#${label}`;
  if (target.startsWith('!')) return special(target.slice(1), label);
  return plainLink(target, label);
}

/** `<!here>`, `<!subteam^S1|@team>`, `<!date^…|fallback>`. */
function special(target: string, label: string): string {
  const [name = ''] = target.split('^');
  if (name === 'date') return label;
  if (label !== '') return label.startsWith('@') ? label : `@${label}`;
  return `@${name}`;
}

/** Slack makes links of addresses by itself; then the label is what was typed. Other labels keep their address. */
function plainLink(target: string, label: string): string {
  const bare = target.replace(/^(?:mailto|tel):/, '');
  if (label === '') return bare;
  const digits = (text: string): string => text.replaceAll(/\D/g, '');
  const typed = bare.includes(label) || (target.startsWith('tel:') && digits(label) === digits(bare));
  return typed ? label : `${label} (${bare})`;
}
