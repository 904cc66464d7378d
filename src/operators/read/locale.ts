/** How a language writes numbers and dates, as the Unicode tables (Intl) know it. */
export interface Locale {
  /** The sign before the fraction. */
  readonly decimal: '.' | ',';
  /** True when thousands stand apart by a space. */
  readonly spaced: boolean;
  /** True when 3/4 is the fourth of March. */
  readonly monthFirst: boolean;
  /** ISO 3166 country, only when the tag names one: `es-CO` is Colombia, `es` is no country. */
  readonly region: string | undefined;
}

/** Contacts bring their own tags, so what is remembered has a bound. */
const KEPT = 200;
const known = new Map<string, Locale>();

/** The conventions of a BCP 47 tag; those of English where the tag is not one. */
export function localeOf(language: string): Locale {
  const kept = known.get(language);
  if (kept !== undefined) return kept;
  const read = readLocale(tagOf(language));
  if (known.size >= KEPT) known.clear();
  known.set(language, read);
  return read;
}

function tagOf(language: string): string {
  try {
    return Intl.getCanonicalLocales(language.replaceAll('_', '-'))[0] ?? 'en';
  } catch {
    return 'en';
  }
}

function readLocale(tag: string): Locale {
  const { region } = new Intl.Locale(tag);
  const options = { numberingSystem: 'latn', useGrouping: true };
  const parts = new Intl.NumberFormat(tag, options).formatToParts(1234567.8);
  const sign = (type: string): string => parts.find((part) => part.type === type)?.value ?? '';
  const order = new Intl.DateTimeFormat(tag, { calendar: 'gregory', dateStyle: 'short' })
    .formatToParts(0)
    .map((part) => part.type);
  return {
    decimal: sign('decimal') === ',' ? ',' : '.',
    spaced: /^\s$/.test(sign('group')),
    monthFirst: order.indexOf('month') < order.indexOf('day'),
    region: region !== undefined && /^[A-Z]{2}$/.test(region) ? region : undefined,
  };
}
