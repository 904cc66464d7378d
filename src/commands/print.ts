import { printable } from '../domain/printable.ts';

/** Writes one line; what comes from outside cannot forge others. */
export function line(text = ''): void {
  process.stdout.write(`${printable(text)}\n`);
}

/** Writes text that may have lines of its own, indented. */
export function paragraph(text: string, indent = '  '): void {
  for (const each of text.split(/\r?\n/)) line(indent + each);
}

/** Writes rows with their columns below each other; the last column is as long as it is. */
export function table(rows: readonly (readonly string[])[], indent = ''): void {
  const cells = rows.map((row) => row.map(printable));
  const widths = (cells[0] ?? []).map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
  for (const row of cells)
    line(
      indent +
        row
          .map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0)))
          .join('  ')
          .trimEnd(),
    );
}

/** A number and what it counts. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
