import { Cells, isBlank, trimmed } from './cells';
import type { Lines } from './lines';

/**
 * Columns that a client fills and that stand side by side, and how many characters go into them: Redshift keeps 50 of a
 * database and of a user; since 2020, 64 of a system and of a driver, 32 of a plugin. ` |` stands between two of them.
 */
const rooms = [
  { first: 5, last: 6, most: 50 + 2 + 50 },
  { first: 16, last: 18, most: 64 + 2 + 64 + 2 + 32 },
] as const;
type Room = (typeof rooms)[number];
const sessionColumn = 20;
const fewest = 11;
const blank = 32;
const dash = 45;

/** By code, whether it is a digit to the base of 16; of codes above there is none. */
const isHex = Uint8Array.from({ length: 128 }, (_, code) => (/[\da-f]/i.test(String.fromCharCode(code)) ? 1 : 0));

/** Whether it begins as an id of a session: `xxxxxxxx-xxxx`. A sample that is public has 23 characters of one. */
function beginsAsId(text: string, from: number, to: number): boolean {
  if (to - from < 13 || text.charCodeAt(from + 8) !== dash) return false;
  for (let at = from; at < from + 8; at += 1) if (isHex[text.charCodeAt(at)] !== 1) return false;
  for (let at = from + 9; at < from + 13; at += 1) if (isHex[text.charCodeAt(at)] !== 1) return false;
  return true;
}

/** A line, as far as it is asked whether the line before it can be its beginning. */
interface Head {
  readonly text: string;
  readonly cells: Cells;
  readonly host: string;
  /** Whether it ends with an id. @see endsWithId */
  readonly hasId: boolean;
}

/**
 * The line before. Its names can hold the line behind it, with the newline between them, only if both are short: Redshift
 * cuts names, and what it writes itself takes most of a line. Two true lines have no room there.
 */
export class LineBefore {
  /** Not decoded yet. */
  #bytes: Lines | undefined;
  /** What is asked of it; the text itself is not kept. `undefined`: there is none that could have written anything. */
  #host: string | undefined;
  #columns = 0;
  #hasId = false;
  /** How many characters it has from the names on, by `rooms`. */
  readonly #behind = rooms.map(() => 0);
  readonly #cells = new Cells();

  is({ cells, host, hasId }: Head): void {
    this.#bytes = undefined;
    this.#host = host;
    this.#columns = cells.count;
    this.#hasId = hasId;
    for (let n = 0; n < rooms.length; n += 1) this.#behind[n] = cells.end - cells.from(rooms[n]?.first ?? 0) + 1;
  }

  isNone(): void {
    this.#bytes = undefined;
    this.#host = undefined;
  }

  /** The same of the last of lines that are not read. Looked at before their bytes change, or never. */
  isLastOf(lines: Lines): void {
    this.#bytes = lines;
  }

  /** The host of the line before, if the line can have been written by its names, in the name of another host. */
  writerOf(head: Head): string | undefined {
    const { text, cells, hasId } = head;
    if (!hasId && !rooms.some(({ last, most }) => cells.count > last && headOf(text, cells, last) <= most))
      return undefined;
    if (this.#bytes !== undefined) this.#decode(this.#bytes);
    if (this.#host === undefined || this.#columns < fewest || this.#host === head.host) return undefined;
    // The server ends each line with an id; there is no room for it in names that hold another line.
    const lacksId = hasId && this.#columns > sessionColumn && !this.#hasId;
    return lacksId || this.#hasRoomFor(head) ? this.#host : undefined;
  }

  #hasRoomFor({ text, cells, hasId }: Head): boolean {
    for (let n = 0; n < rooms.length; n += 1) {
      const { first, last, most } = rooms[n] as Room;
      // Without ids the columns behind a name are so few that two true lines have room there.
      if (cells.count <= last || (first > 6 && !hasId) || this.#columns <= first) continue;
      if ((this.#behind[n] ?? 0) + headOf(text, cells, last) <= most) return true;
    }
    return false;
  }

  #decode({ buffer, from, to }: Lines): void {
    const end = to - 1;
    const begin = end > from ? buffer.lastIndexOf(10, end - 1) + 1 : from;
    const text = buffer.toString('utf8', Math.max(begin, from), end);
    const cells = this.#cells;
    cells.find(text, 0, text.length);
    this.is({ text, cells, host: trimmed(text, cells.from(2), cells.to(2)), hasId: endsWithId(text, cells) });
  }
}

/** The server's id, in a line that has it. */
export function endsWithId(text: string, cells: Cells): boolean {
  if (cells.count <= sessionColumn) return false;
  const to = cells.to(sessionColumn);
  let from = cells.from(sessionColumn);
  while (from < to && isBlank(text.charCodeAt(from))) from += 1;
  return beginsAsId(text, from, to);
}

/** How many characters the cells up to `last` have, without blanks at their end. */
function headOf(text: string, cells: Cells, last: number): number {
  const begin = cells.from(0);
  let end = cells.to(last);
  while (end > begin && text.charCodeAt(end - 1) === blank) end -= 1;
  return end - begin;
}
