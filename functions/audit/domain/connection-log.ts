import type { ConnectionRecord, Malformed } from '../contracts/records';
import { recordTime, renderRecordTime } from './record-time';

// Columns of STL_CONNECTION_LOG in its own order, as the files have them: 16 of them in 2018, 19 in 2020, 21 since 2022.
// A text is its value and one blank, a number has none.
const fewest = 11;
const longestRaw = 4_000;
/** How many records a line that was cut short puts in doubt: more do not fit into what a client can write there. */
const inDoubtAfterCut = 3;

/** Reads the lines of one connectionlog, in order. */
export class ConnectionLog {
  #fewestSeen = Number.POSITIVE_INFINITY;
  #inDoubt = 0;

  parse(text: string, line: number): ConnectionRecord | Malformed {
    const raw = text.slice(0, longestRaw);
    const fields = text.split('|').map((field) => field.trim());
    const at = recordTime(fields[1] ?? '');
    if (fields[0] === '' || at === undefined)
      return { log: 'malformed', line, raw, why: 'it begins with no event and time' };
    const pid = Number(fields[4]);
    if (fields.length < fewest || !/^-?\d+$/.test(fields[4] ?? '')) {
      // A line break in a login name ends a record in the middle, and what comes next may be written by that client.
      this.#inDoubt = inDoubtAfterCut;
      return {
        log: 'malformed',
        line,
        raw,
        why: `it has ${fields.length} columns, and a record has ${fewest} or more`,
      };
    }
    const doubt = this.#doubtOf(fields);
    return { ...recordOf(fields, at, pid), line, raw, ...(doubt !== undefined && { doubt }) };
  }

  #doubtOf(fields: readonly string[]): string | undefined {
    const wasCut = this.#inDoubt > 0;
    if (wasCut) this.#inDoubt -= 1;
    const moreThanOthers = fields.length > this.#fewestSeen;
    this.#fewestSeen = Math.min(this.#fewestSeen, fields.length);
    if (wasCut) return 'it follows a record that was cut short: a client may have written it';
    if (moreThanOthers) return 'it has more columns than others of its file: a name has a | in it';
    // The duration, and the size of packets: numbers where nothing has shifted them.
    const isShifted = ![fields[8], fields[11]].every((field) => field === undefined || /^-?\d*$/.test(field));
    return isShifted ? 'its columns are shifted: a name has a | in it' : undefined;
  }
}

function recordOf(fields: readonly string[], at: number, pid: number): Omit<ConnectionRecord, 'line' | 'raw'> {
  const text = (column: number) => fields[column - 1] ?? '';
  return {
    log: 'connectionlog',
    event: text(1),
    at,
    host: hostOf(text(3)),
    port: text(4),
    pid,
    database: text(6),
    user: text(7),
    method: text(8),
    application: text(16),
    os: text(17),
    driver: text(18),
    session: text(21),
    columns: fields.length,
  };
}

/** An IPv4 address that was mapped into IPv6 is itself. */
function hostOf(text: string): string {
  return text.replace(/^::ffff:(?=\d{1,3}(\.\d{1,3}){3}$)/i, '');
}

/** A line as Redshift writes it, of 21 columns: for tests and for what is made of PostgreSQL's log. */
export function renderConnection(
  record: Pick<ConnectionRecord, 'event' | 'at' | 'host' | 'port' | 'pid' | 'database' | 'user' | 'method'> &
    Partial<ConnectionRecord>,
): string {
  const word = (value = '') => `${value} `;
  return [
    word(record.event),
    renderRecordTime(record.at),
    word(record.host),
    word(record.port),
    String(record.pid),
    word(record.database),
    word(record.user),
    word(record.method),
    '0',
    word(),
    word(),
    '0',
    word(),
    word(),
    word(),
    word(record.application),
    word(record.os),
    word(record.driver),
    word(),
    '0',
    record.session ?? '',
  ].join('|');
}
