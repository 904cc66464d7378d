// A plot of messages a second, on a scale where each step is ten times the one before.
import { figures } from './figures.mjs';
import { lines } from './jobs.mjs';
import { contactsOf, number } from './table.mjs';

const [WIDTH, ROW, LEFT, RIGHT, TOP] = [900, 24, 330, 110, 56];

/** The SVG of a run, at 64 contacts if it has them: floors in grey, Parley in colour, the spread as a thin line. */
export function plot({ runs, mongo }) {
  const measured = contactsOf(runs);
  const contacts = measured.includes(64) ? 64 : measured.at(-1);
  const bars = lines(mongo).flatMap(({ line, title, call, floor }) => {
    const found = figures(runs, `${line}${call ? '+call' : ''}@${contacts}`);
    return found === null
      ? []
      : [{ title: `${title}${call ? ', with the call' : ''}`, ours: floor !== undefined, rate: found.rate }];
  });
  if (bars.length === 0) return '';
  const scale = scaleOf(bars);
  const height = TOP + ROW * bars.length + 12;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="12" y="22" font-size="15" font-weight="bold" fill="#1f2933">Messages a second, ${contacts} contacts at once</text>
${scale.ticks.map((tick) => tickAt(tick, scale.x(tick), height)).join('\n')}
${bars.map((bar, i) => barAt(bar, TOP + ROW * i, scale.x)).join('\n')}
</svg>
`;
}

function scaleOf(bars) {
  const rates = bars.flatMap(({ rate }) => [rate.low, rate.high]);
  const low = Math.floor(Math.log10(Math.min(...rates)));
  const high = Math.log10(Math.max(...rates));
  const x = (rate) => LEFT + ((Math.log10(rate) - low) / Math.max(1, high - low)) * (WIDTH - LEFT - RIGHT);
  const ticks = Array.from({ length: Math.floor(high) - low + 1 }, (_, i) => 10 ** (low + i));
  return { x, ticks };
}

function tickAt(tick, x, height) {
  return `<line x1="${x}" y1="${TOP - 8}" x2="${x}" y2="${height - 8}" stroke="#d9e2ec"/><text x="${x}" y="${TOP - 14}" text-anchor="middle" fill="#627d98">${number(tick)}</text>`;
}

function barAt({ title, ours, rate }, y, x) {
  const middle = y + ROW / 2;
  return `<text x="${LEFT - 8}" y="${middle + 4}" text-anchor="end" fill="#1f2933">${title}</text>
<rect x="${LEFT}" y="${y + 4}" width="${Math.max(1, x(rate.median) - LEFT)}" height="${ROW - 8}" fill="${ours ? '#0f766e' : '#9fb3c8'}"/>
<line x1="${x(rate.low)}" y1="${middle}" x2="${x(rate.high)}" y2="${middle}" stroke="#1f2933"/>
<text x="${x(rate.high) + 8}" y="${middle + 4}" fill="#1f2933">${number(rate.median)}</text>`;
}
