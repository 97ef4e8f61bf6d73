import type { LogItem, UserRecord } from './records';
import { parseRecordTime } from './times';

const actions = new Set(['create', 'drop', 'alter', 'rename']);
const columns = 11;
/** A user's name has at most 127 characters: one line of the shortest form, and the rest. */
const reach = 2;

/**
 * Reads lines of userlog. Names stand in the middle, numbers that the server wrote around them: with a `|` in a name
 * the numbers are still right, counted from the end.
 */
export class UserLines {
  #doubtful = 0;

  read(text: string, line: number): LogItem {
    const cells = text.split('|').map((cell) => cell.trim());
    const record = cells.length < columns ? undefined : recordOf(cells);
    if (record === undefined) {
      this.#doubtful = reach;
      return { kind: 'malformed', line, reason: 'is no line of a userlog', raw: text };
    }
    const item = { kind: 'record', line, lines: 1, record, raw: text } as const;
    if (this.#doubtful > 0) {
      this.#doubtful -= 1;
      return { ...item, trust: 'none', doubt: 'follows a broken line: a newline in a name can have written it' };
    }
    if (cells.length > columns)
      return { ...item, trust: 'server', doubt: `${cells.length} columns: there is a | in a name` };
    return { ...item, trust: 'all' };
  }
}

function recordOf(cells: readonly string[]): UserRecord | undefined {
  const [userId = ''] = cells;
  const [action = '', createDb = '', superuser = '', catalog = '', validUntil = '', pid = '', xid = '', time = ''] =
    cells.slice(-8);
  const at = parseRecordTime(time);
  const numbers = [userId, pid, xid].every((text) => /^\d{1,15}$/.test(text));
  if (
    at === undefined ||
    !numbers ||
    !isAction(action) ||
    ![createDb, superuser, catalog].every((flag) => /^[01]$/.test(flag))
  )
    return undefined;
  return {
    log: 'userlog',
    userId: Number(userId),
    user: cells.slice(1, -9).join('|'),
    oldUser: cells.at(-9) ?? '',
    action,
    createDb: createDb === '1',
    superuser: superuser === '1',
    catalog: catalog === '1',
    validUntil,
    pid: Number(pid),
    xid: Number(xid),
    at,
  };
}

function isAction(text: string): text is UserRecord['action'] {
  return actions.has(text);
}
