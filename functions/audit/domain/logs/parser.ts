import { ActivityLines } from './activity-lines';
import { ConnectionLines, failure, usualEvents } from './connection-line';
import { LineCutter, type SkipLine, type TakeLine } from './lines';
import type { Counts, Item, LogType, Parser } from './records';
import { UserLines } from './user-line';

export interface ParserOptions {
  /**
   * Of connectionlog only failed logins are wanted: lines that begin as another usual event are counted as skipped, and
   * not looked at any further.
   */
  readonly onlyFailures?: boolean;
}

/** Reads one log of a type: bytes in, records and malformed lines out. No line is lost, wherever the stream is cut. */
export function parserOf(type: LogType, { onlyFailures = false }: ParserOptions = {}): Parser {
  const counts = { lines: 0, recordLines: 0, records: 0, malformed: 0, skipped: 0 };
  const reader = readerOf(type);
  let items: Item[] = [];
  const add = (item: Item | undefined) => {
    if (item === undefined) return;
    if (item.kind === 'malformed') counts.malformed += 1;
    else {
      counts.records += 1;
      counts.recordLines += item.lines;
    }
    items.push(item);
  };
  const take: TakeLine = (text, begin, to, tooLong) => {
    counts.lines += 1;
    // A byte order mark, as editors write it before the first line.
    const from = counts.lines === 1 && text.startsWith('\ufeff', begin) ? begin + 1 : begin;
    if (tooLong && type !== 'useractivitylog')
      add({ kind: 'malformed', line: counts.lines, reason: 'is too long', raw: text.slice(from, from + 2000) });
    else add(reader.read(text, from, to, counts.lines));
  };
  const skip: SkipLine = (bytes, from) => {
    if (!isOther(bytes, from)) return false;
    counts.lines += 1;
    counts.skipped += 1;
    reader.pass();
    return true;
  };
  const cutter = new LineCutter(take, onlyFailures && type === 'connectionlog' ? skip : undefined);
  const taken = (): Item[] => {
    const all = items;
    items = [];
    return all;
  };
  return {
    push(chunk) {
      cutter.push(chunk);
      return taken();
    },
    message(text) {
      const lines = text.replace(/\r?\n$/, '').split('\n');
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
      return { ...counts };
    },
  };
}

interface Reader {
  /** A line is not read. */
  pass(): void;
  /** @returns a record or malformed line that is complete by this line. */
  read(text: string, from: number, to: number, line: number): Item | undefined;
  /** The same for a line that is known to be no beginning. */
  goOn(text: string, from: number, to: number, line: number): Item | undefined;
  end(): Item | undefined;
}

const nothing = () => undefined;

function readerOf(type: LogType): Reader {
  if (type === 'useractivitylog') {
    const lines = new ActivityLines();
    return {
      pass: nothing,
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
      pass: nothing,
      read: (text, from, to, line) => lines.read(text.slice(from, to), line),
      goOn,
      end: nothing,
    };
  }
  const lines = new ConnectionLines();
  return {
    pass: () => lines.pass(),
    read: (text, from, to, line) => lines.read(text, from, to, line),
    goOn,
    end: nothing,
  };
}

/** A beginning of 15 to 24 bytes as three words of eight, which overlap where it is shorter. */
interface Beginning {
  readonly length: number;
  readonly first: number;
  readonly second: number;
  readonly secondAt: number;
  readonly third: number;
  readonly thirdAt: number;
}

/** Every line is held against these: eight bytes at once, and most lines are told by the first. */
const others = usualEvents.filter((event) => event !== failure).map(beginningOf);

function beginningOf(event: string): Beginning {
  const bytes = new TextEncoder().encode(`${event} |`);
  const { length } = bytes;
  const view = new DataView(bytes.buffer);
  const [secondAt, thirdAt] = [Math.min(8, length - 8), length - 8];
  // As numbers they are equal where their bits are: letters and blanks make neither zero nor what is no number.
  const [first, second, third] = [view.getFloat64(0), view.getFloat64(secondAt), view.getFloat64(thirdAt)];
  return { length, first, second, secondAt, third, thirdAt };
}

/** Whether a line begins as one of the usual events that is no failure. */
function isOther(bytes: DataView, from: number): boolean {
  const left = bytes.byteLength - from;
  if (left < 8) return false;
  const first = bytes.getFloat64(from);
  for (const one of others) {
    if (one.first !== first || left < one.length) continue;
    return bytes.getFloat64(from + one.secondAt) === one.second && bytes.getFloat64(from + one.thirdAt) === one.third;
  }
  return false;
}
