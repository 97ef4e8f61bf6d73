import { ActivityLines } from './activity-lines';
import { ConnectionLines } from './connection-line';
import { LineCutter, type Line } from './lines';
import type { Counts, Item, LogType, Parser } from './records';
import { UserLines } from './user-line';

/** Reads one log of a type: bytes in, records and malformed lines out. No line is lost, wherever the stream is cut. */
export function parserOf(type: LogType): Parser {
  const cutter = new LineCutter();
  const counts = { lines: 0, recordLines: 0, records: 0, malformed: 0 };
  const reader = readerOf(type);
  const counted = (items: Item[]): Item[] => {
    for (const item of items) {
      if (item.kind === 'malformed') counts.malformed += 1;
      else {
        counts.records += 1;
        counts.recordLines += item.lines;
      }
    }
    return items;
  };
  const read = (lines: readonly Line[]): Item[] => {
    const items: Item[] = [];
    for (const { text, tooLong } of lines) {
      counts.lines += 1;
      if (tooLong && type !== 'useractivitylog')
        items.push({ kind: 'malformed', line: counts.lines, reason: 'is too long', raw: text.slice(0, 2000) });
      else for (const item of reader.read(text, counts.lines)) items.push(item);
    }
    return counted(items);
  };
  const message = (text: string): Item[] => {
    const items: Item[] = [];
    for (const [at, line] of text
      .replace(/\r?\n$/, '')
      .split('\n')
      .entries()) {
      counts.lines += 1;
      items.push(...reader.read(line.endsWith('\r') ? line.slice(0, -1) : line, counts.lines, at > 0));
    }
    return counted([...items, ...reader.end()]);
  };
  return {
    push: (chunk) => read(cutter.push(chunk)),
    message,
    end: () => [...read(cutter.end()), ...counted(reader.end())],
    get counts(): Counts {
      return { ...counts };
    },
  };
}

interface Reader {
  /** @param within it is known to be no beginning. */
  read(text: string, line: number, within?: boolean): Item[];
  end(): Item[];
}

function readerOf(type: LogType): Reader {
  if (type === 'useractivitylog') return new ActivityLines();
  const lines = type === 'connectionlog' ? new ConnectionLines() : new UserLines();
  const continues = (raw: string, line: number): Item => ({
    kind: 'malformed',
    line,
    reason: 'continues a record: there is a newline in a name',
    raw,
  });
  return {
    read: (text, line, within = false) => [within ? continues(text, line) : lines.read(text, line)],
    end: () => [],
  };
}
