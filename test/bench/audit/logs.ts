import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { ConnectionRecord } from '../../../functions/audit/domain/logs/records';
import { renderRecord } from '../../../functions/audit/domain/logs/render';

/** What a written log has. */
export interface Written {
  readonly lines: number;
  readonly failures: number;
  readonly rawBytes: number;
}

const users = Array.from({ length: 60 }, (_, n) => `user_${n}`);
const start = Date.UTC(2026, 10, 26);

/** An even stream of numbers that is the same on every machine. Source: Numerical Recipes, ranqd1. */
function numbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

interface Event {
  readonly at: number;
  readonly line: string;
}

/** What every line of these logs has. */
const always = {
  log: 'connectionlog',
  authMethod: 'password',
  sslVersion: 'TLSv1.2',
  sslCipher: 'ECDHE-RSA-AES256-GCM-SHA384',
  mtu: '0',
  sslCompression: '',
  sslExpansion: '',
  iamAuthGuid: '',
  application: '',
  os: 'Linux 5.4.0-1086-aws amd64',
  driver: 'Amazon Redshift JDBC Driver 2.1.0.9',
  plugin: 'none',
  protocol: '0',
  columns: 21,
} as const satisfies Partial<ConnectionRecord>;

/** A session's four lines, the last of them long after the others; or the one of a login that failed. */
function session(n: number, any: (below: number) => number): Event[] {
  const hex = (digits: number) =>
    any(2 ** 30)
      .toString(16)
      .padStart(digits, '0')
      .slice(-digits);
  const base: ConnectionRecord = {
    ...always,
    event: 'authenticated',
    at: start + n * 41 + any(40),
    host: any(50) === 0 ? '[local]' : `::ffff:10.${any(4)}.${any(8)}.${any(20)}`,
    port: String(1024 + any(60_000)),
    pid: 1_073_700_000 + any(300_000),
    database: any(4) === 0 ? 'analytics' : 'dev',
    user: users[any(users.length)] ?? '',
    durationUs: 10_000 + any(900_000),
    session: `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(6)}${hex(6)}`,
  };
  const later = (event: string, ms: number, more: Partial<ConnectionRecord> = {}): Event => {
    const at = base.at + ms;
    return { at, line: renderRecord({ ...base, event, at, ...more }) };
  };
  if (any(50) === 0) return [later('authentication failure', 0, { user: `wrong_${any(9)}` })];
  const ms = 1_000 + any(90_000);
  return [
    later('authenticated', 0),
    later('initiating session', any(20)),
    later('set application_name', any(400), { application: `etl-${any(9)}` }),
    later('disconnecting session', ms, { durationUs: ms * 1000 + any(1000) }),
  ];
}

/**
 * Writes a connection log like a busy cluster's, packed by gzip: sessions of four lines among one another, in the order
 * of time, and of fifty one login that fails.
 */
export async function writeLog(file: string, leastRawBytes: number): Promise<Written> {
  const any = numbers(1);
  const gzip = createGzip({ level: 6 });
  const out = gzip.pipe(createWriteStream(file));
  let [lines, failures, rawBytes] = [0, 0, 0];
  let open: Event[] = [];
  for (let n = 0; rawBytes < leastRawBytes;) {
    for (const end = n + 4_000; n < end; n += 1) {
      const events = session(n, any);
      open.push(...events);
    }
    const until = start + n * 41;
    const due = open.filter(({ at }) => at < until).sort((a, b) => a.at - b.at);
    open = open.filter(({ at }) => at >= until);
    lines += due.length;
    failures += due.filter(({ line }) => line.startsWith('authentication failure')).length;
    const text = Buffer.from(due.map(({ line }) => `${line}\n`).join(''));
    rawBytes += text.length;
    if (!gzip.write(text)) await once(gzip, 'drain');
  }
  gzip.end();
  await finished(out);
  return { lines, failures, rawBytes };
}

/** Writes failed logins alone, each from an address of its own: most of what is remembered of a log is of addresses. */
export async function writeStrangers(file: string, count: number): Promise<void> {
  const any = numbers(2);
  const gzip = createGzip({ level: 6 });
  const out = gzip.pipe(createWriteStream(file));
  const line = (n: number) =>
    `${renderRecord({
      ...always,
      event: 'authentication failure',
      at: start + n * 3,
      host: `::ffff:100.${n >> 16}.${(n >> 8) & 255}.${n & 255}`,
      port: String(1024 + any(60_000)),
      pid: 1_073_700_000 + any(300_000),
      database: 'dev',
      user: users[any(users.length)] ?? '',
      durationUs: any(900_000),
      session: '',
    })}\n`;
  for (let n = 0; n < count; n += 1_000) {
    const text = Array.from({ length: Math.min(1_000, count - n) }, (_, more) => line(n + more)).join('');
    if (!gzip.write(text)) await once(gzip, 'drain');
  }
  gzip.end();
  await finished(out);
}
