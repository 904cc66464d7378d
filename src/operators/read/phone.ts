import { findPhoneNumbersInText, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import type { CountryCode } from 'libphonenumber-js/min';
import { asciiDigits } from './digits.ts';
import { localeOf } from './locale.ts';

/** Where a number without + is from: a country, else the region of the language tag, else nowhere. */
export interface PhoneHint {
  readonly language: string;
  /** ISO 3166, such as `CO`. */
  readonly country?: string | undefined;
}

/** Longer texts are no answer to "your number?", and searching them is slow. */
const LONGEST = 4096;

/** The first phone number in a text as E.164 (`+573001112233`), or null. */
export function findPhone(text: string, hint: PhoneHint): string | null {
  if (text.length > LONGEST) return null;
  const defaultCountry = countryOf(hint);
  const found = findPhoneNumbersInText(asciiDigits(text), defaultCountry === undefined ? {} : { defaultCountry });
  return found[0]?.number.number ?? null;
}

/**
 * The number that the whole text is, as E.164, or null. Digits alone that only make sense with their country code
 * ("573001112233", as WhatsApp writes them) are read with it.
 */
export function parsePhone(text: string, hint: PhoneHint): string | null {
  const digits = asciiDigits(text.trim());
  if (!/^\+?[\d\s().\-/]{5,40}$/.test(digits)) return null;
  const country = countryOf(hint);
  const local = parsePhoneNumberFromString(digits, country === undefined ? {} : { defaultCountry: country });
  if (local?.isValid() === true) return local.number;
  if (!/^\d{11,15}$/.test(digits)) return null;
  const abroad = parsePhoneNumberFromString(`+${digits}`);
  return abroad?.isValid() === true ? abroad.number : null;
}

/** True for an ISO 3166 country whose numbers are known. */
export function isPhoneCountry(country: string): country is CountryCode {
  return isSupportedCountry(country);
}

function countryOf(hint: PhoneHint): CountryCode | undefined {
  const country = hint.country ?? localeOf(hint.language).region;
  return country !== undefined && isPhoneCountry(country) ? country : undefined;
}
