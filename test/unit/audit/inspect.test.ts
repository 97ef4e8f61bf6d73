import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { readLog } from '../../../functions/audit/adapters/read-log';
import type { AuditRecord } from '../../../functions/audit/contracts/records';
import { muster } from '../../support/console/run';

const failure = (at: number, user = 'ann') =>
  `authentication failure |Thu, 1 Jan 2026 00:0${at}:00:000|203.0.113.9 |1 |7|dev |${user} |password |0| | |0| | | | | | | |0|\n`;
const attack = [0, 1, 2, 3, 4, 5].map((at) => failure(at)).join('');
const name = (type: string, written = '2026-01-01T00:00') => `123456789012_redshift_us-east-1_shop_${type}_${written}`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-audit-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('files, folders and standard input, packed and plain, are told of', async () => {
  mkdirSync(join(folder, 'AWSLogs/2026/01/01'), { recursive: true });
  writeFileSync(join(folder, 'AWSLogs/2026/01/01', `${name('connectionlog')}.gz`), gzipSync(attack));
  writeFileSync(join(folder, 'notes.txt'), 'not a log');
  const { code, out } = await muster(['audit', 'inspect', '.'], { cwd: folder });
  expect(code).toBe(1);
  expect(out).toMatch(/^high\s+AUTH-BRUTE-IP\s+6x/m);
  expect(out).toContain('3 incidents in 1 file, 6 lines, 0 of them no records.');
  expect((await muster(['audit', 'inspect', '-'], { input: gzipSync(attack) })).out).toContain('AUTH-BRUTE-USER');
  expect(await muster(['audit', 'inspect', '-'], { input: failure(0) })).toMatchObject({
    code: 0,
    out: expect.stringContaining('AUTH-FAIL') as string,
  });
  expect((await muster(['audit', 'inspect', 'gone'], { cwd: folder })).code).toBe(3);
  expect((await muster(['audit', 'inspect'])).code).toBe(2);
  expect((await muster(['audit', 'inspect', '-', '--allow', '10.0.0'])).code).toBe(2);
});

test('an account is told with who made it, wherever the logs are', async () => {
  const session = `initiating session |Thu, 1 Jan 2026 00:00:00:000|10.0.0.5 |1 |7|dev |admin |password |0| | |0| | | |psql | | | |0|\n`;
  const created = '100|bob | |create |0|1|0|9223372036854775807|7|1|Thu, 1 Jan 2026 00:01:00:000\n';
  writeFileSync(join(folder, name('userlog')), created);
  writeFileSync(join(folder, name('connectionlog')), session);
  const { out } = await muster(['audit', 'inspect', folder, '--json']);
  const { findings } = JSON.parse(out) as { findings: { rule: string; actor?: string; severity: string }[] };
  expect(findings.map(({ rule, actor }) => [rule, actor])).toEqual([
    ['USER-SUPER', 'admin with psql'],
    ['USER-CREATE', 'admin with psql'],
  ]);
});

test('what is in a log steers no terminal', async () => {
  const hostile = failure(0, '\u001b[31mroot\u0007\u202e');
  for (const args of [['--json'], []]) {
    const { out } = await muster(['audit', 'inspect', '-', ...args], { input: hostile });
    for (const control of ['\u001b', '\u0007', '\u202e']) expect(out).not.toContain(control);
  }
});

describe('a log that is damaged', () => {
  const packed = gzipSync(attack.repeat(2_000));
  test.each([
    ['of 0 bytes', Buffer.alloc(0), 'it is empty', 0],
    ['that is cut off', packed.subarray(0, packed.length / 2), 'cut off', 1],
    ['that is no gzip behind its head', Buffer.concat([packed.subarray(0, 20), Buffer.alloc(500, 7)]), 'damaged', 0],
    ['that is something else', Buffer.from('hello\nworld\n'), 'no audit log', 0],
    ['of one byte', Buffer.from([0x1f]), 'no audit log', 0],
  ])('%s is told as that, and what can be read is', async (_, bytes, why, atLeast) => {
    const records: AuditRecord[] = [];
    // In small pieces, as from a network.
    const pieces = Array.from({ length: Math.ceil(bytes.length / 7) }, (__, at) => bytes.subarray(at * 7, at * 7 + 7));
    const read = await readLog(Readable.from(pieces), (more) => records.push(...more));
    expect(read.damage).toContain(why);
    expect(records.length).toBeGreaterThanOrEqual(atLeast);
    const { code, out } = await muster(['audit', 'inspect', '-'], { input: bytes });
    expect(code).toBe(1);
    expect(out).toContain('LOG-DAMAGED');
  });

  test('and one that unpacks to more than it may is cut', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, failure(0)));
    let most = 0;
    const read = await readLog(Readable.from([bomb]), (records) => (most = Math.max(most, records.length)), {
      mostBytes: 1_000_000,
    });
    expect(read.damage).toContain('larger than');
    expect(read.bytes).toBeLessThan(2_000_000);
    expect(most).toBeLessThan(5_000);
  });
});
