import { ActivityLines } from './activity-lines';
import { ConnectionLines, failure, reach, usualEvents } from './connection-line';
import { endOf, LineCutter, type Bytes, type Lines, type Skip, type TakeLine } from './lines';
import type { Counts, LogItem, LogType, Parser } from './records';
import { UserLines } from './user-line';

export interface ParserOptions {
  /**
   * Of connectionlog only failed logins are wanted: lines that begin as another usual event are counted as skipped, and
   * not looked at any further, but for the few before a line that is read: they say whether it is believed.
   */
  readonly onlyFailures?: boolean;
  /**
   * Is given each item as soon as it is complete; nothing is returned then. Of a list of all that a piece of a log holds
   * the most outlive the engine's young memory, and a large log takes half as much again.
   */
  readonly see?: (item: LogItem) => void;
}

/** Reads one log of a type: bytes in, records and malformed lines out. No line is lost, wherever the stream is cut. */
export function parserOf(type: LogType, { onlyFailures = false, see }: ParserOptions = {}): Parser {
  const counts = { lines: 0, recordLines: 0, records: 0, malformed: 0, skipped: 0 };
  const reader = readerOf(type);
  const items: LogItem[] = [];
  const tell = see ?? ((item: LogItem) => void items.push(item));
  const add = (item: LogItem | undefined) => {
    if (item === undefined) return;
    if (item.kind === 'malformed') counts.malformed += 1;
    else {
      counts.records += 1;
      counts.recordLines += item.lines;
    }
    tell(item);
  };
  const take: TakeLine = (text, begin, to, tooLong) => {
    counts.lines += 1;
    // A byte order mark, as editors write it before the first line.
    const from = counts.lines === 1 && text.startsWith('\ufeff', begin) ? begin + 1 : begin;
    if (tooLong && type !== 'useractivitylog')
      add({ kind: 'malformed', line: counts.lines, reason: 'is too long', raw: text.slice(from, from + 2000) });
    else add(reader.read(text, from, to, counts.lines));
  };
  const passed: Skip['passed'] = (count, last) => {
    counts.lines += count - last.count;
    counts.skipped += count - last.count;
    reader.pass(count - last.count);
    for (let { from } = last; from < last.to;) {
      const to = last.buffer.indexOf(newline, from);
      counts.lines += 1;
      // A line that was broken by a newline in a name: the name can have written the line that is wanted.
      const item = reader.passWhole(last, from, to) ? undefined : readBroken(last.buffer.toString('utf8', from, to));
      if (item?.kind === 'malformed') add(item);
      else counts.skipped += 1;
      from = to + 1;
    }
    reader.passBefore(last);
  };
  const readBroken = (text: string) => reader.read(text, 0, endOf(text, 0, text.length), counts.lines);
  const skips = onlyFailures && type === 'connectionlog';
  const cutter = new LineCutter(take, skips ? { is: isOther, context: reach, passed } : undefined);
  const taken = (): LogItem[] => items.splice(0);
  return {
    push(chunk) {
      cutter.push(chunk);
      return taken();
    },
    message(text) {
      const lines = text.replace(/\r?\n$/, '').split('\n');
      reader.begin();
      for (const [at, line] of lines.entries()) {
        counts.lines += 1;
        const end = line.endsWith('\r') ? line.length - 1 : line.length;
        add(reader[at === 0 ? 'read' : 'goOn'](line, 0, end, counts.lines));
      }
      add(reader.end());
      return taken();
    },
    end() {
      cutter.end();
      add(reader.end());
      return taken();
    },
    get counts(): Counts {
      const { skipped } = cutter;
      return { ...counts, lines: counts.lines + skipped, skipped: counts.skipped + skipped };
    },
  };
}

interface Reader {
  /** A record whose beginning is known: the line before it says nothing of it. */
  begin(): void;
  /** These are not read, and the last of them stands before the line that is read next. */
  passBefore(lines: Lines): void;
  /** So many lines are not read. */
  pass(count: number): void;
  /** The same of one line, if it is whole as far as its form says. */
  passWhole(bytes: Bytes, from: number, to: number): boolean;
  /** @returns a record or malformed line that is complete by this line. */
  read(text: string, from: number, to: number, line: number): LogItem | undefined;
  /** The same for a line that is known to be no beginning. */
  goOn(text: string, from: number, to: number, line: number): LogItem | undefined;
  end(): LogItem | undefined;
}

const newline = 10;
const nothing = () => undefined;

function readerOf(type: LogType): Reader {
  if (type === 'useractivitylog') {
    const lines = new ActivityLines();
    return {
      begin: nothing,
      passBefore: nothing,
      pass: nothing,
      passWhole: () => false,
      read: (text, from, to, line) => lines.read(text.slice(from, to), line, false),
      goOn: (text, from, to, line) => lines.read(text.slice(from, to), line, true),
      end: () => lines.end(),
    };
  }
  const goOn: Reader['goOn'] = (text, from, to, line) => ({
    kind: 'malformed',
    line,
    reason: 'continues a record: there is a newline in a name',
    raw: text.slice(from, to),
  });
  if (type === 'userlog') {
    const lines = new UserLines();
    return {
      begin: nothing,
      passBefore: nothing,
      pass: nothing,
      passWhole: () => false,
      read: (text, from, to, line) => lines.read(text.slice(from, to), line),
      goOn,
      end: nothing,
    };
  }
  const lines = new ConnectionLines();
  return {
    begin: () => {
      lines.begin();
    },
    passBefore: (skipped) => {
      lines.passBefore(skipped);
    },
    pass: (count) => lines.pass(count),
    passWhole: (bytes, from, to) => lines.passWhole(bytes, from, to),
    read: (text, from, to, line) => lines.read(text, from, to, line),
    goOn,
    end: nothing,
  };
}

/** A beginning as numbers of eight bytes each, the last of which overlaps the one before it. */
interface Beginning {
  readonly length: number;
  readonly first: number;
  readonly words: readonly number[];
  /** Where each of `words` stands. */
  readonly at: readonly number[];
}

const wide = 8;

/** Every line is held against these, eight bytes at once: the first decides most lines. */
const others = usualEvents.filter((event) => event !== failure).map(beginningOf);

/** Of letters and blanks no two differ that are the same number: they make neither a zero nor what is no number. */
function beginningOf(event: string): Beginning {
  const bytes = Buffer.from(`${event} |`);
  const { length } = bytes;
  const at = Array.from({ length: Math.ceil(length / wide) - 1 }, (_, n) => Math.min((n + 1) * wide, length - wide));
  return { length, first: bytes.readDoubleBE(0), at, words: at.map((place) => bytes.readDoubleBE(place)) };
}

/** Whether a line begins as one of the usual events that is no failure. */
function isOther(bytes: DataView, from: number): boolean {
  const left = bytes.byteLength - from;
  if (left < wide) return false;
  const first = bytes.getFloat64(from);
  for (const one of others) {
    if (one.first !== first) continue;
    // Two of them have no beginning in common.
    if (left < one.length) return false;
    const { words, at } = one;
    for (let n = 0; n < words.length; n += 1) if (bytes.getFloat64(from + (at[n] ?? 0)) !== words[n]) return false;
    return true;
  }
  return false;
}
