import { clipped, letters } from './plain';

/** A cell: its text, and how it is painted, which takes no columns. */
export interface Cell {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

const gap = 2;
const narrowest = 8;

/**
 * Rows as lines, columns aligned. Where they do not fit into `width` the widest column is clipped, again and again.
 */
export function tableLines(rows: readonly (readonly Cell[])[], width: number): string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, at) => Math.max(0, ...rows.map((row) => lengthOf(row[at]))));
  shrink(widths, width);
  return rows.map((row) =>
    row
      .map((cell, at) => padded(cell, widths[at] ?? 0))
      .join(' '.repeat(gap))
      .trimEnd(),
  );
}

function lengthOf(cell: Cell | undefined): number {
  return cell === undefined ? 0 : letters(cell.text).length;
}

function shrink(widths: number[], width: number): void {
  const whole = () => widths.reduce((sum, one) => sum + one, 0) + gap * Math.max(0, widths.length - 1);
  while (whole() > width) {
    const widest = widths.indexOf(Math.max(...widths));
    const now = widths[widest] ?? 0;
    if (now <= narrowest) return;
    widths[widest] = Math.max(narrowest, now - (whole() - width));
  }
}

function padded({ text, paint }: Cell, width: number): string {
  const shown = clipped(text, width);
  const fill = ' '.repeat(Math.max(0, width - letters(shown).length));
  return (paint === undefined ? shown : paint(shown)) + fill;
}
