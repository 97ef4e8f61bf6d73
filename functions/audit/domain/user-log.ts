import type { Malformed, UserRecord } from '../contracts/records';
import { recordTime, renderRecordTime } from './record-time';

const columns = 11;
const never = '9223372036854775807';
const longestRaw = 4_000;

/** One line of a userlog: an account that was created, dropped, changed or renamed. Who did it is not in it. */
export function parseUser(text: string, line: number): UserRecord | Malformed {
  const raw = text.slice(0, longestRaw);
  const fields = text.split('|').map((field) => field.trim());
  // A | in a name shifts what comes after it: what the server writes is counted from the end.
  const end = fields.slice(-8);
  const at = recordTime(end[7] ?? '');
  const malformed = (why: string): Malformed => ({ log: 'malformed', line, raw, why });
  if (fields.length < columns) return malformed(`it has ${fields.length} columns of ${columns}`);
  if (at === undefined) return malformed('it ends with no time');
  const numbers = [fields[0], end[5], end[6]].map((field) => (/^-?\d+$/.test(field ?? '') ? Number(field) : undefined));
  const [userId, pid, xid] = numbers;
  if (userId === undefined || pid === undefined || xid === undefined)
    return malformed('it has no numbers where it should');
  const isShifted = fields.length > columns;
  return {
    log: 'userlog',
    line,
    raw,
    at,
    userId,
    user: isShifted ? fields.slice(1, -8).join('|').trim() : (fields[1] ?? ''),
    oldUser: isShifted ? '' : (fields[2] ?? ''),
    action: (end[0] ?? '').toLowerCase(),
    createDb: end[1] === '1',
    isSuper: end[2] === '1',
    canUpdateCatalog: end[3] === '1',
    validUntil: end[4] === never || end[4] === '' ? 'never' : (end[4] ?? ''),
    pid,
    xid,
    ...(isShifted && { doubt: 'a name has a | in it' }),
  };
}

/** A line as Redshift writes it. */
export function renderUser(record: Omit<UserRecord, 'log' | 'line' | 'raw' | 'doubt'>): string {
  const word = (value: string) => `${value} `;
  const flag = (is: boolean) => (is ? '1' : '0');
  return [
    String(record.userId),
    word(record.user),
    word(record.oldUser),
    word(record.action),
    flag(record.createDb),
    flag(record.isSuper),
    flag(record.canUpdateCatalog),
    record.validUntil === 'never' ? never : record.validUntil,
    String(record.pid),
    String(record.xid),
    renderRecordTime(record.at),
  ].join('|');
}
