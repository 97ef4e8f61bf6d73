import type { Row } from '../group-summary';
import type { Screen } from './screen';
import { duration } from './words';

type Cells = readonly string[];

const headings: Cells = ['#', 'name', 'instance', 'address', 'to service', 'target', 'builds'];

/** Shows the summary of a group as a table. Builds have a line each, since their links are long. */
export function showTable(rows: readonly Row[], screen: Screen): void {
  const blocks = rows.map(cellsOf);
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...blocks.flat().map((cells) => (cells[column] ?? '').length)),
  );
  const show = (cells: Cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  screen.line(screen.style('bold', show(headings)));
  for (const block of blocks) for (const cells of block) screen.line(show(cells));
}

/** The lines of one row: the first has everything, further ones only another build. */
function cellsOf(row: Row): Cells[] {
  const [first = 'none', ...more] = row.builds.map(({ label, url }) => `${label} ${url}`);
  const lead = [
    row.index === undefined ? '-' : String(row.index),
    row.name ?? '-',
    row.instanceId,
    row.address ?? '-',
    row.toServiceMs === undefined ? row.state : duration(row.toServiceMs),
    row.target,
  ];
  return [[...lead, first], ...more.map((build) => [...lead.map(() => ''), build])];
}
