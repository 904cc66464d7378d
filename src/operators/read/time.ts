import { asciiDigits } from './digits.ts';

const CLOCK =
  /(?<![\d:.,/-])(\d{1,2})(?:[:h](\d{2})(?::(\d{2})(?:\.\d{1,9})?)?)?\s{0,2}(a|p)\.?\s?m\b\.?|(?<![\d:.,/-])(\d{1,2})[:h](\d{2})(?::(\d{2}))?(?![\d:])/iu;

/** The first time of day in a text as `HH:MM` (with `:SS` when seconds were written), or null: "10:30", "10 PM", "3:15 p. m.", "22h30". */
export function findTime(text: string): string | null {
  const found = CLOCK.exec(asciiDigits(text));
  if (found === null) return null;
  const [, hour12, minute12, second12, half, hour24, minute24, second24] = found;
  if (half === undefined) return clock(Number(hour24), minute24, second24);
  const hour = Number(hour12);
  if (hour < 1 || hour > 12) return null;
  return clock((hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0), minute12, second12);
}

/** The time of day that the whole text is, or null: for arguments such as "09:00". */
export function parseTime(text: string): string | null {
  const trimmed = text.trim();
  const found = CLOCK.exec(asciiDigits(trimmed));
  return found !== null && found[0].length === trimmed.length ? findTime(trimmed) : null;
}

function clock(hour: number, minute = '00', second = ''): string | null {
  if (hour > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  return `${String(hour).padStart(2, '0')}:${minute}${second === '' ? '' : `:${second}`}`;
}
