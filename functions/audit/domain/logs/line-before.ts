import { Cells, trimmed } from './cells';
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
const fewest = 11;
const blank = 32;
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
  readonly #cells = new Cells();

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
    const { columns, session } = record;
    const hasId = isId(session);
    if (!hasId && !rooms.some(({ last, most }) => columns > last && headOf(raw, last) <= most)) return undefined;
    const before = this.#known();
    if (before === undefined) return undefined;
    // By places: of most lines no part is ever looked at.
    const cells = this.#cells;
    cells.find(before, 0, before.length);
    if (cells.count < fewest) return undefined;
    const host = trimmed(before, cells.from(2), cells.to(2));
    if (host === record.host) return undefined;
    // The server ends each line with an id; there is no room for it in names that hold another line.
    const lacksId =
      hasId &&
      cells.count > sessionColumn &&
      !isId(trimmed(before, cells.from(sessionColumn), cells.to(sessionColumn)));
    if (lacksId) return host;
    for (const { first, last, most } of rooms) {
      // Without ids the columns behind a name are so few that two true lines have room there.
      if (columns <= last || (first > 6 && !hasId) || cells.count <= first) continue;
      if (before.length - cells.from(first) + 1 + headOf(raw, last) <= most) return host;
    }
    return undefined;
  }

  #known(): string | undefined {
    if (this.#bytes === undefined) return this.#text;
    const { buffer, from, to } = this.#bytes;
    const end = to - 1;
    const begin = end > from ? buffer.lastIndexOf(10, end - 1) + 1 : from;
    return buffer.toString('utf8', Math.max(begin, from), end);
  }
}

/** How many characters the cells up to `last` have, without blanks at their end. */
function headOf(raw: string, last: number): number {
  let at = -1;
  for (let n = 0; n <= last; n += 1) {
    at = raw.indexOf('|', at + 1);
    if (at < 0) {
      at = raw.length;
      break;
    }
  }
  while (at > 0 && raw.charCodeAt(at - 1) === blank) at -= 1;
  return at;
}
