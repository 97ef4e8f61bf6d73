import { columnsIn } from './columns-in';
import { endsWithId, LineBefore } from './line-before';
import type { Bytes, Lines } from './lines';
import { Cells, isWhole, numberIn, trimmed } from './cells';
import type { ConnectionRecord, LogItem, Trust } from './records';
import { parseRecordTime } from './times';

/** Columns of 2018, 2020 and 2022. Another number is believed where a file begins with it, or when most of the file has it. */
const knownColumns = new Set([16, 19, 21]);
const fewest = 11;
/** What has more is no form to come: there is a | in a name, or the lines of the file do not end with a newline. */
const mostColumns = 30;
/** So many lines of a number of columns that is not known, and it is a new format and no `|` in a name. */
const habit = 20;
/**
 * A newline in a name breaks a line, and what follows may be written by the one who chose the name. The longest text
 * of a client, an application's name, has 250 characters: at most three lines of the shortest form and the rest.
 */
export const reach = 4;
const longestNumber = 15;
const noBeginning = 'begins as no record: a newline in a name can have broken the line before';
const tooFew = 'has too few columns: a newline in a name can have broken it';

const all = { trust: 'all' } as const;

/** Reads lines of connectionlog. What it remembers: the columns that the file has, and that a line was broken. */
export class ConnectionLines {
  /** How many lines have so many columns; of the usual number that is kept apart, for nearly all have it. */
  readonly #columns = new Map<number, number>();
  readonly #cells = new Cells();
  readonly #before = new LineBefore();
  #usual = 0;
  #ofUsual = 0;
  #doubtful = 0;

  /** The line of `text` from `from` up to `to`. */
  read(text: string, from: number, to: number, line: number): LogItem {
    const item = this.#read(text, from, to, line);
    // What is behind a broken line is doubted for itself.
    if (item.kind !== 'record') this.#before.isNone();
    return item;
  }

  /** What comes next stands in no file: nothing can have been written before it. */
  begin(): void {
    this.#before.isNone();
  }

  /** Lines that are not read stand before the next one. */
  passBefore(lines: Lines): void {
    this.#before.isLastOf(lines);
  }

  #read(text: string, from: number, to: number, line: number): LogItem {
    const cells = this.#cells;
    cells.find(text, from, to);
    const raw = text.slice(from, to);
    const event = cells.count < 5 ? undefined : eventIn(text, cells.from(0), cells.to(0));
    const at = event === undefined ? undefined : timeIn(text, cells.from(1), cells.to(1));
    const pid = at === undefined ? -1 : numberIn(text, cells.from(4), cells.to(4), longestNumber);
    if (event === undefined || at === undefined || pid < 0) {
      // A line without text says nothing of those around it.
      if (raw.trim() !== '') this.#doubtful = reach;
      return { kind: 'malformed', line, reason: noBeginning, raw };
    }
    const record = new ConnectionRow({ event, at, pid, raw }, text, cells);
    if (cells.count < fewest) {
      this.#doubtful = reach;
      const { host, port } = record;
      return { kind: 'malformed', line, reason: tooFew, raw, begun: { event, at, host, port, pid } };
    }
    const { trust, doubt } = this.#doubt(text);
    const head = { text, cells, host: record.host, hasId: endsWithId(text, cells) };
    const writer = trust === 'none' ? undefined : this.#before.writerOf(head);
    this.#before.is(head);
    if (writer !== undefined) {
      const why = 'has room in the names of the line before it, which is from another address';
      return { kind: 'record', line, lines: 1, record, raw, trust: 'none', doubt: why, writer };
    }
    return doubt === undefined
      ? { kind: 'record', line, lines: 1, record, raw, trust }
      : { kind: 'record', line, lines: 1, record, raw, trust, doubt };
  }

  /** Lines that are not read count as well where a line before them was broken. */
  pass(count: number): void {
    this.#doubtful = Math.max(0, this.#doubtful - count);
  }

  /** The same of one line, if it has a time and all columns as far as its form says; what has not must be read. */
  passWhole(bytes: Bytes, from: number, to: number): boolean {
    const count = columnsIn(bytes, from, to);
    if (count < fewest || this.#isShort(count)) return false;
    this.pass(1);
    this.#count(count, this.#seen(count) + 1);
    return true;
  }

  #doubt(text: string): { readonly trust: Trust; readonly doubt?: string } {
    if (this.#doubtful > 0) {
      this.#doubtful -= 1;
      return { trust: 'none', doubt: 'follows a broken line: a newline in a name can have written it' };
    }
    const cells = this.#cells;
    const { count } = cells;
    const seen = this.#seen(count) + 1;
    if (this.#isShort(count)) {
      this.#count(count, seen);
      this.#doubtful = reach;
      return { trust: 'server', doubt: `${count} columns, fewer than before: a newline in a name can have broken it` };
    }
    const misplaced =
      !isWhole(text, cells.from(8), cells.to(8)) || (count > 11 && !isWhole(text, cells.from(11), cells.to(11), true));
    const unusual = count > this.#usual && this.#usual > 0 && seen < habit;
    // A file that begins with it has that form, a newer one.
    const isFirst = this.#usual === 0 && count <= mostColumns;
    const unknown = !knownColumns.has(count) && seen < habit && count !== this.#usual && !isFirst;
    if (!misplaced && !(unknown && count > fewest)) this.#count(count, seen);
    else if (unknown) this.#columns.set(count, seen);
    // The first lines of a file: a line before it can be a broken one, and this what the name continues with.
    if (unusual && !misplaced && knownColumns.has(count) && this.#ofUsual === 1)
      return { trust: 'none', doubt: `${count} columns: the line before it can be broken by a newline in a name` };
    if (misplaced) return { trust: 'server', doubt: 'its columns are not in their places: there is a | in a name' };
    if (unusual || (unknown && count > fewest))
      return { trust: 'server', doubt: `${count} columns: there can be a | in a name` };
    return all;
  }

  /** Formats only grow: what has fewer columns than most lines of the file has lost its end. */
  #isShort(count: number): boolean {
    return count < this.#usual && this.#ofUsual >= (knownColumns.has(this.#usual) ? 2 : habit);
  }

  #seen(count: number): number {
    return count === this.#usual ? this.#ofUsual : (this.#columns.get(count) ?? 0);
  }

  #count(count: number, seen: number): void {
    if (count === this.#usual) this.#ofUsual = seen;
    else if (seen <= this.#ofUsual) this.#columns.set(count, seen);
    else {
      this.#columns.set(this.#usual, this.#ofUsual);
      this.#usual = count;
      this.#ofUsual = seen;
    }
  }
}

function timeIn(text: string, from: number, to: number): number | undefined {
  return parseRecordTime(text, from, to) ?? parseRecordTime(trimmed(text, from, to));
}

const word = /^[a-z][a-z _-]{2,49}$/;
export const failure = 'authentication failure';
/** The usual ones, found without making a text of each. */
export const usualEvents = [
  'authenticated',
  'initiating session',
  'disconnecting session',
  'set application_name',
  failure,
] as const;

/** Of no two is the length the same. */
const usualByLength = new Map<number, string>(usualEvents.map((event) => [event.length, event]));

function eventIn(text: string, from: number, to: number): string | undefined {
  const usual = usualByLength.get(to - from - 1);
  if (usual !== undefined && text.slice(from, to - 1) === usual && text.charCodeAt(to - 1) === 32) return usual;
  const event = trimmed(text, from, to);
  return word.test(event) ? event : undefined;
}

interface Begun {
  readonly event: string;
  readonly at: number;
  readonly pid: number;
  /** The line. */
  readonly raw: string;
}

/** A line whose rest is read when it is asked for: of most lines that is never. */
class ConnectionRow implements ConnectionRecord {
  readonly log = 'connectionlog';
  readonly event: string;
  readonly at: number;
  readonly host: string;
  readonly port: string;
  readonly pid: number;
  readonly user: string;
  readonly application: string;
  readonly session: string;
  readonly columns: number;
  readonly #raw: string;
  #cells: readonly string[] | undefined;

  constructor({ event, at, pid, raw }: Begun, text: string, cells: Cells) {
    this.event = event;
    this.at = at;
    this.pid = pid;
    this.host = trimmed(text, cells.from(2), cells.to(2));
    this.port = trimmed(text, cells.from(3), cells.to(3));
    this.user = cells.count > 6 ? trimmed(text, cells.from(6), cells.to(6)) : '';
    this.application = cells.count > 15 ? trimmed(text, cells.from(15), cells.to(15)) : '';
    this.session = cells.count > 20 ? trimmed(text, cells.from(20), cells.to(20)) : '';
    this.columns = cells.count;
    this.#raw = raw;
  }

  #cell(at: number): string {
    this.#cells ??= this.#raw.split('|');
    return this.#cells[at]?.trim() ?? '';
  }

  get database() {
    return this.#cell(5);
  }
  get authMethod() {
    return this.#cell(7);
  }
  get durationUs() {
    const text = this.#cell(8);
    return isWhole(text, 0, text.length) ? Number(text) : 0;
  }
  get sslVersion() {
    return this.#cell(9);
  }
  get sslCipher() {
    return this.#cell(10);
  }
  get mtu() {
    return this.#cell(11);
  }
  get sslCompression() {
    return this.#cell(12);
  }
  get sslExpansion() {
    return this.#cell(13);
  }
  get iamAuthGuid() {
    return this.#cell(14);
  }
  get os() {
    return this.#cell(16);
  }
  get driver() {
    return this.#cell(17);
  }
  get plugin() {
    return this.#cell(18);
  }
  get protocol() {
    return this.#cell(19);
  }
}
