import { trimmed } from './cells';
import type { Lines } from './lines';
import type { ConnectionRecord } from './records';

/**
 * Columns that a client fills and that stand side by side, and how many characters go into them: Redshift keeps 50 of a
 * database and of a user; since 2020, 64 of a system and of a driver, 32 of a plugin. ` |` stands between two of them.
 */
const rooms = [
  { first: 5, last: 6, most: 50 + 2 + 50 },
  { first: 16, last: 18, most: 64 + 2 + 64 + 2 + 32 },
] as const;
const sessionColumn = 20;
/** A sample that is public has 23 characters of one. */
const isId = (text: string) => /^[0-9a-f]{8}-[0-9a-f]{4}/i.test(text);

/** A line, as far as it is asked whether the line before it can be its beginning. */
interface Head {
  readonly record: Pick<ConnectionRecord, 'host' | 'session' | 'columns'>;
  readonly raw: string;
}

/**
 * The line before. Its names can hold the line behind it, with the newline between them, only if both are short: Redshift
 * cuts names, and what it writes itself takes most of a line. Two true lines have no room there.
 */
export class LineBefore {
  #text: string | undefined;
  #bytes: Lines | undefined;

  is(text: string | undefined): void {
    this.#text = text;
    this.#bytes = undefined;
  }

  /** The same of the last of lines that are not read. Looked at before their bytes change, or never. */
  isLastOf(lines: Lines): void {
    this.#text = undefined;
    this.#bytes = lines;
  }

  /** The host of the line before, if the line can have been written by its names, in the name of another host. */
  writerOf({ record, raw }: Head): string | undefined {
    const short = rooms.map(({ last, most }) => record.columns > last && isShorter(raw, last, most));
    const hasId = isId(record.session);
    if (!short.includes(true) && !hasId) return undefined;
    const before = this.#known();
    const cells = before?.split('|');
    if (cells === undefined || before === undefined || cells.length < 11) return undefined;
    const host = trimmedCell(cells, 2);
    if (host === record.host) return undefined;
    // The server ends each line with an id; there is no room for it in names that hold another line.
    const lacksId = hasId && cells.length > sessionColumn && !isId(trimmedCell(cells, sessionColumn));
    const fits = rooms.some(({ first, last, most }, n) => {
      // Without ids the columns behind a name are so few that two true lines have room there.
      if (short[n] !== true || (first > 6 && !hasId) || cells.length <= first) return false;
      const head = raw
        .split('|', last + 1)
        .join('|')
        .trimEnd();
      return cells.slice(first).join('|').length + 1 + head.length <= most;
    });
    return lacksId || fits ? host : undefined;
  }

  #known(): string | undefined {
    if (this.#bytes === undefined) return this.#text;
    const { buffer, from, to } = this.#bytes;
    const end = to - 1;
    const begin = end > from ? buffer.lastIndexOf(10, end - 1) + 1 : from;
    return buffer.toString('utf8', Math.max(begin, from), end);
  }
}

function trimmedCell(cells: readonly string[], at: number): string {
  const cell = cells[at] ?? '';
  return trimmed(cell, 0, cell.length);
}

/** Whether the cells up to `last` have fewer characters than `most`. */
function isShorter(raw: string, last: number, most: number): boolean {
  let at = -1;
  for (let n = 0; n <= last; n += 1) {
    at = raw.indexOf('|', at + 1);
    if (at < 0) return true;
    if (at > most) return false;
  }
  return true;
}
