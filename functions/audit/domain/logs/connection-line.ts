import type { ConnectionRecord, Item, Trust } from './records';
import { parseRecordTime } from './times';

/** Columns of 2018, 2020 and 2022. Other numbers are believed when most of the file has them. */
const knownColumns = new Set([16, 19, 21]);
const fewest = 11;
/** So many lines of a number of columns that is not known, and it is a new format and no `|` in a name. */
const habit = 20;
/**
 * A newline in a name breaks a line, and what follows may be written by the one who chose the name. The longest text
 * of a client, an application's name, has 250 characters: at most three lines of the shortest form and the rest.
 */
const reach = 4;

/** Reads lines of connectionlog. What it remembers: the columns that the file has, and that a line was broken. */
export class ConnectionLines {
  readonly #columns = new Map<number, number>();
  #usual = 0;
  #doubtful = 0;

  read(text: string, line: number): Item {
    const cells = text.split('|');
    const begun = beginning(cells);
    if (begun === undefined || cells.length < fewest || !/^\s*\d+\s*$/.test(cells[4] ?? '')) {
      this.#doubtful = reach;
      const reason = begun === undefined ? 'does not begin as a record' : 'has too few columns';
      return { kind: 'malformed', line, reason, raw: text, ...(begun !== undefined && { begun }) };
    }
    const doubt = this.#doubt(cells);
    const record = recordOf(begun, cells);
    return { kind: 'record', line, lines: 1, record, raw: text, ...doubt };
  }

  #doubt(cells: readonly string[]): { trust: Trust; doubt?: string } {
    if (this.#doubtful > 0) {
      this.#doubtful -= 1;
      return { trust: 'none', doubt: 'follows a broken line: a newline in a name can have written it' };
    }
    const count = cells.length;
    const seen = (this.#columns.get(count) ?? 0) + 1;
    const misplaced = !isNumber(cells[8]) || (count > 11 && !isNumberOrNothing(cells[11]));
    const unusual = count > this.#usual && this.#usual > 0 && seen < habit;
    const unknown = !knownColumns.has(count) && seen < habit && count !== this.#usual;
    if (!misplaced && !(unknown && count > fewest)) this.#count(count, seen);
    else if (unknown) this.#columns.set(count, seen);
    if (misplaced) return { trust: 'server', doubt: 'its columns are not in their places: there is a | in a name' };
    if (unusual || (unknown && count > fewest))
      return { trust: 'server', doubt: `${count} columns: there can be a | in a name` };
    return { trust: 'all' };
  }

  #count(count: number, seen: number): void {
    this.#columns.set(count, seen);
    if (seen > (this.#columns.get(this.#usual) ?? 0)) this.#usual = count;
  }
}

const word = /^[a-z][a-z _-]{2,49}$/;

function beginning(cells: readonly string[]) {
  const event = (cells[0] ?? '').trim();
  if (cells.length < 5 || !word.test(event)) return undefined;
  const at = parseRecordTime((cells[1] ?? '').trim());
  const pid = (cells[4] ?? '').trim();
  if (at === undefined || !/^\d{1,15}$/.test(pid)) return undefined;
  return { event, at, host: (cells[2] ?? '').trim(), port: (cells[3] ?? '').trim(), pid: Number(pid) };
}

function recordOf(
  begun: Pick<ConnectionRecord, 'event' | 'at' | 'host' | 'port' | 'pid'>,
  cells: readonly string[],
): ConnectionRecord {
  const cell = (at: number) => cells[at]?.trim() ?? '';
  return {
    log: 'connectionlog',
    ...begun,
    database: cell(5),
    user: cell(6),
    authMethod: cell(7),
    durationUs: isNumber(cells[8]) ? Number(cell(8)) : 0,
    sslVersion: cell(9),
    sslCipher: cell(10),
    mtu: cell(11),
    sslCompression: cell(12),
    sslExpansion: cell(13),
    iamAuthGuid: cell(14),
    application: cell(15),
    os: cell(16),
    driver: cell(17),
    plugin: cell(18),
    protocol: cell(19),
    session: cell(20),
    columns: cells.length,
  };
}

const isNumber = (text: string | undefined) => text !== undefined && /^\s*-?\d{1,19}\s*$/.test(text);
const isNumberOrNothing = (text: string | undefined) => isNumber(text) || (text ?? '').trim() === '';
