import type { ActivityRecord, LogItem } from './records';
import { parseActivityTime } from './times';
import { openAtEnd, type SqlPlace } from './sql-place';

/** Of longer statements the beginning is kept; all their lines are counted. */
export const keptStatementLength = 1 << 16;

interface Begun {
  readonly line: number;
  readonly header: Omit<ActivityRecord, 'log' | 'statement'>;
  readonly doubt: string | undefined;
  readonly raw: string;
  text: string;
  lines: number;
  place: SqlPlace;
}

/**
 * Reads useractivitylog, whose statements keep their newlines: a record ends where the next header begins. A header
 * can be forged within a statement; one that begins inside of a literal or comment of it is not believed.
 */
export class ActivityLines {
  #begun: Begun | undefined;

  /** @param within it is known to be no header, even if it looks like one. */
  read(text: string, line: number, within: boolean): LogItem | undefined {
    const header = !within && text.startsWith("'") ? readHeader(text) : undefined;
    if (header !== undefined) {
      const inside = this.#begun !== undefined && this.#begun.place !== 'code' ? this.#begun.place : undefined;
      const done = this.end();
      const doubt = inside === undefined ? header.doubt : `begins inside of a ${inside} of the statement before it`;
      const place = openAtEnd(header.statement, 'code');
      this.#begun = {
        line,
        header: header.fields,
        doubt,
        raw: text.slice(0, 2000),
        text: header.statement,
        lines: 1,
        place,
      };
      return done;
    }
    const begun = this.#begun;
    // It can be the end of a literal that began in the file before: nothing of it is shown.
    const raw = `${text.length} characters`;
    if (begun === undefined) return { kind: 'malformed', line, reason: 'stands before the first record', raw };
    begun.lines += 1;
    begun.place = openAtEnd(`\n${text}`, begun.place);
    if (begun.text.length < keptStatementLength) begun.text += `\n${text}`;
    return undefined;
  }

  end(): LogItem | undefined {
    const begun = this.#begun;
    this.#begun = undefined;
    if (begun === undefined) return undefined;
    const record: ActivityRecord = {
      log: 'useractivitylog',
      ...begun.header,
      statement: begun.text.slice(0, keptStatementLength),
    };
    const { line, lines, raw, doubt } = begun;
    const trust = doubt === undefined ? 'all' : 'none';
    return { kind: 'record', line, lines, record, raw, trust, ...(doubt !== undefined && { doubt }) };
  }

  /** Lines of a record that is not complete yet. */
  get open(): number {
    return this.#begun?.lines ?? 0;
  }
}

/** Ends a header; the statement stands behind it. */
export const headerEnd = " ]' LOG: ";
/** Behind them may stand what a newer form has; a name that ends like them is followed by the true ones. */
const numbers =
  / pid=(\d{1,15}) userid=(\d{1,15}) xid=(\d{1,15})(?: (?!(?:pid|userid|xid)=)[a-z_]{1,30}=[\w-]{0,60}){0,8}$/;

/** `'2018-05-21T06:20:09Z UTC [ db=dev user=joe pid=1 userid=35 xid=2 ]' LOG: …`. Names may hold blanks. */
function readHeader(text: string) {
  const open = text.indexOf(' UTC [ db=');
  if (open < 0 || open > 40) return undefined;
  const at = parseActivityTime(text.slice(1, open));
  const close = text.indexOf(headerEnd, open);
  // Without a blank after it there is a statement without text.
  const stop = close < 0 && text.endsWith(headerEnd.trimEnd()) ? text.length - headerEnd.trimEnd().length : close;
  if (at === undefined || stop < 0 || stop - open > 1000) return undefined;
  const inside = text.slice(open + ' UTC [ db='.length, stop);
  const found = numbers.exec(inside);
  if (found === null) return undefined;
  const names = inside.slice(0, found.index);
  const parts = names.split(' user=');
  if (parts.length < 2) return undefined;
  const [database = '', ...rest] = parts;
  const [pid, userId, xid] = found.slice(1).map(Number) as [number, number, number];
  const fields = { at, database, user: rest.join(' user='), pid, userId, xid };
  const doubt = parts.length > 2 ? 'there is ` user=` in a name' : undefined;
  return { fields, statement: text.slice(stop + headerEnd.length), doubt };
}
