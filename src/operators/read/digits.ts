const FOREIGN = /[^\P{Nd}0-9]/gu;
const DIGIT = /\p{Nd}/u;
const ZEROS = new Map<string, string>();

/** The text with the digits of every script (Arabic-Indic, Bengali, full-width…) as `0`-`9`; nothing else changes. */
export function asciiDigits(text: string): string {
  return text.replace(FOREIGN, (digit) => {
    const known = ZEROS.get(digit);
    if (known !== undefined) return known;
    const found = valueOf(digit);
    ZEROS.set(digit, found);
    return found;
  });
}

/** Unicode keeps the ten digits of a script side by side, so the value is the distance to the start of the run. */
function valueOf(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let start = code;
  while (DIGIT.test(String.fromCodePoint(start - 1))) start -= 1;
  return String((code - start) % 10);
}
