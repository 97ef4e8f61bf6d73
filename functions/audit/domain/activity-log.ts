import type { ActivityRecord } from '../contracts/records';

const longestStatement = 16_384;
const longestHeader = 1_000;
const begins = /^'(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z UTC \[ db=/;
const numbers = / pid=(\d+) userid=(\d+) xid=(\d+)$/;

/** Whether a line begins a record of the useractivitylog; any other belongs to the statement before it. */
export function parseActivity(text: string, line: number): ActivityRecord | undefined {
  const [opening, ...time] = begins.exec(text) ?? [];
  if (opening === undefined) return undefined;
  // A name can hold anything: what the server writes is looked for from its end, in a head that is not endless.
  const head = text.slice(0, longestHeader);
  const closing = head.indexOf(" ]' LOG: ");
  if (closing < 0) return undefined;
  const inside = head.slice(opening.length, closing);
  const [ending, pid, userId, xid] = numbers.exec(inside) ?? [];
  if (ending === undefined) return undefined;
  const names = inside.slice(0, -ending.length);
  const between = names.lastIndexOf(' user=');
  if (between < 0) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = time.map(Number);
  return {
    log: 'useractivitylog',
    line,
    raw: text.slice(0, 4_000),
    at: Date.UTC(year, month - 1, day, hour, minute, second),
    database: names.slice(0, between),
    user: names.slice(between + ' user='.length),
    pid: Number(pid),
    userId: Number(userId),
    xid: Number(xid),
    statement: text.slice(closing + " ]' LOG: ".length).slice(0, longestStatement),
  };
}

/** The record with one more line of its statement. */
export function continued(record: ActivityRecord, text: string): ActivityRecord {
  if (record.statement.length >= longestStatement) return record;
  return { ...record, statement: `${record.statement}\n${text}`.slice(0, longestStatement) };
}

/** A record as Redshift writes it. */
export function renderActivity(record: Omit<ActivityRecord, 'log' | 'line' | 'raw'>): string {
  const { at, database, user, pid, userId, xid, statement } = record;
  const time = new Date(at).toISOString().replace(/\.\d+Z/, 'Z');
  return `'${time} UTC [ db=${database} user=${user} pid=${pid} userid=${userId} xid=${xid} ]' LOG: ${statement}`;
}
