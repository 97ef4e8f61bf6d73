import { logTypes, type LogType } from '../contracts/records';

/** What the name of an audit log tells, wherever it was copied to. */
export interface LogFile {
  readonly type: LogType;
  readonly account: string;
  readonly region: string;
  readonly cluster: string;
  /** When it was written, to the minute, as its name says it: `2020-12-07T22:50`. */
  readonly written: string;
}

const form = /^(\d{12})_redshift_([a-z]{2}[a-z-]*-\d)_([a-z0-9-]+)_([a-z]+)_(\d{4}-\d\d-\d\dT\d\d[:_]?\d\d)(?:\.gz)?$/;

/**
 * Reads the last part of a key or path. What comes before it (a prefix, a folder of a day, which may be another day's) is
 * not looked at. `undefined`: it is no audit log of Redshift.
 */
export function logFile(path: string): LogFile | undefined {
  const name = path.replace(/\\/g, '/').split('/').at(-1) ?? '';
  const [, account = '', region = '', cluster = '', type = '', written = ''] = form.exec(name) ?? [];
  return isLogType(type) ? { type, account, region, cluster, written } : undefined;
}

function isLogType(text: string): text is LogType {
  return (logTypes as readonly string[]).includes(text);
}

/** What kind of log this line is of: for a file whose name does not say it. */
export function typeByContent(line: string): LogType | undefined {
  if (/^'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ UTC \[ db=/.test(line)) return 'useractivitylog';
  const fields = line.split('|');
  if (/^\s*\w{3}, \d{1,2} \w{3} \d{4} /.test(fields[1] ?? '')) return 'connectionlog';
  return fields.length >= 11 && /^\s*\w{3}, \d{1,2} \w{3} \d{4} /.test(fields.at(-1) ?? '') ? 'userlog' : undefined;
}
