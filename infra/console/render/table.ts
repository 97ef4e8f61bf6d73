import { graphemes, wrapped } from './plain';

/** A cell: its text, and how it is painted, which takes no columns. */
export interface Cell {
  readonly text: string;
  readonly paint?: (text: string) => string;
  /** Its column is never made narrower than it: a time, an id. */
  readonly isWhole?: boolean;
}

const gap = 2;
const narrowest = 8;

/**
 * Rows as lines, columns aligned. Where they do not fit into `width` the widest column is made narrower, again and again,
 * and what does not fit into its column continues in the lines below: nothing is left out.
 */
export function tableLines(rows: readonly (readonly Cell[])[], width: number): string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const columns = Array.from({ length: count }, (_, at) => ({
    columns: Math.max(0, ...rows.map((row) => lengthOf(row[at]))),
    isWhole: rows.some((row) => row[at]?.isWhole === true),
  }));
  const widths = shrunk(columns, width);
  return rows.flatMap((row) => {
    const parts = row.map(({ text }, at) => broken(text, widths[at] ?? 0));
    const height = Math.max(1, ...parts.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) =>
      row
        .map((cell, at) => padded(cell, parts[at]?.[line] ?? '', widths[at] ?? 0))
        .join(' '.repeat(gap))
        .trimEnd(),
    );
  });
}

function lengthOf(cell: Cell | undefined): number {
  return cell === undefined ? 0 : graphemes(cell.text).length;
}

function shrunk(all: readonly { readonly columns: number; readonly isWhole: boolean }[], width: number): number[] {
  const widths = all.map(({ columns }) => columns);
  for (;;) {
    const over = widths.reduce((sum, one) => sum + one, 0) + gap * Math.max(0, widths.length - 1) - width;
    const widest = Math.max(0, ...widths.filter((_, at) => all[at]?.isWhole !== true));
    if (over <= 0 || widest <= narrowest) return widths;
    const at = widths.findIndex((one, index) => one === widest && all[index]?.isWhole !== true);
    widths[at] = Math.max(narrowest, widest - over);
  }
}

/** Between words, and inside of one that is wider than its column. */
function broken(text: string, columns: number): string[] {
  const words = text.split(' ').flatMap((word) => pieces(word, columns));
  return wrapped(words.join(' '), columns);
}

function pieces(word: string, columns: number): string[] {
  const all = graphemes(word);
  if (columns < 1 || all.length <= columns) return [word];
  return Array.from({ length: Math.ceil(all.length / columns) }, (_, at) =>
    all.slice(at * columns, (at + 1) * columns).join(''),
  );
}

function padded({ paint }: Cell, shown: string, width: number): string {
  const fill = ' '.repeat(Math.max(0, width - graphemes(shown).length));
  return (paint === undefined ? shown : paint(shown)) + fill;
}
