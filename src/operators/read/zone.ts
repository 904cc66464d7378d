/** A moment as clocks on a wall show it. */
export interface WallTime {
  /** `2024-05-03` */
  readonly date: string;
  /** `10:30:00` */
  readonly time: string;
}

const KEPT = 200;
const formats = new Map<string, Intl.DateTimeFormat>();

/** The wall time of an instant (milliseconds since 1970) in an IANA time zone; UTC where the zone is unknown. */
export function wallTime(ms: number, timezone: string): WallTime {
  const local = new Date(ms + offsetAt(ms, timezone)).toISOString();
  return { date: local.slice(0, -14), time: local.slice(-13, -5) };
}

/**
 * An ISO date-time with the zone's offset: `2024-05-03T10:30:00-05:00`. Of an hour that occurs twice, the first; an
 * hour that the clocks skip keeps the offset from before the change.
 */
export function zonedIso(wall: WallTime, timezone: string): string {
  const local = Date.parse(`${wall.date}T${wall.time}Z`);
  const before = offsetAt(local - 86_400_000, timezone);
  const guess = offsetAt(local - before, timezone);
  const offset = offsetAt(local - guess, timezone) === guess ? guess : before;
  return `${wall.date}T${wall.time}${offsetText(offset)}`;
}

/** Milliseconds that the zone's clocks are ahead of UTC at an instant. */
function offsetAt(ms: number, timezone: string): number {
  const parts = formatFor(timezone).formatToParts(ms);
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const wall = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return wall - Math.floor(ms / 1000) * 1000;
}

function formatFor(timezone: string): Intl.DateTimeFormat {
  const kept = formats.get(timezone);
  if (kept !== undefined) return kept;
  const made = makeFormat(timezone) ?? makeFormat('UTC') ?? new Intl.DateTimeFormat('en');
  if (formats.size >= KEPT) formats.clear();
  formats.set(timezone, made);
  return made;
}

function makeFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  const parts = {
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  } as const;
  try {
    return new Intl.DateTimeFormat('en', {
      ...parts,
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
    });
  } catch {
    return undefined;
  }
}

function offsetText(ms: number): string {
  const minutes = Math.round(Math.abs(ms) / 60_000);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${ms < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
