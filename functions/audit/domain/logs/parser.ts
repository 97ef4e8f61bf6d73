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
  const take: TakeLine = (text, from, to, tooLong) => {
    counts.lines += 1;
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

const others = usualEvents.filter((event) => event !== failure).map((event) => Buffer.from(`${event} |`));

/** Whether a line begins as one of the usual events that is no failure. */
function isOther(bytes: Buffer, from: number): boolean {
  for (const other of others) {
    let at = 0;
    while (at < other.length && bytes[from + at] === other[at]) at += 1;
    if (at === other.length) return true;
  }
  return false;
}
