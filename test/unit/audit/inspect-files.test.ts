import { mkdtempSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { nodeOptions } from '../../../functions/shared/small-heap';
import { muster } from '../../support/console/run';
import { account, connection, failure, keyOf, minute, packed, start } from './support';

// `muster audit inspect`: what the deployed function does with a log, on a person's machine.

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'muster-inspect-files-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function put(key: string, bytes: Buffer | string): string {
  mkdirSync(join(cwd, key, '..'), { recursive: true });
  writeFileSync(join(cwd, key), bytes);
  return key;
}

interface Finding {
  readonly rule: string;
  readonly severity: string;
  readonly title: string;
  readonly count: number;
  readonly facts: Record<string, string>;
}

async function inspected(...args: string[]) {
  const said = await muster(['audit', 'inspect', '--json', ...args], { cwd });
  const { findings, read } = JSON.parse(said.out) as { findings: Finding[]; read: Record<string, number> };
  return { ...said, findings, read };
}

const many = Array.from({ length: 3000 }, (_, n) =>
  connection('authenticated', start + n * 7, { pid: n, session: String(n * 7919) }),
);
const whole = gzipSync(many.map((line) => `${line}\n`).join(''));

test('of several clusters, each row says of which it is; of one, none does', async () => {
  const lines = gzipSync(Array.from({ length: 6 }, (_, n) => `${failure(start + n)}\n`).join(''));
  const one = put(keyOf('connectionlog'), lines);
  const other = put(keyOf('connectionlog').replace('_main_', '_other_'), lines);
  const alone = await muster(['audit', 'inspect', one], { cwd });
  expect(alone.out).toContain('  Brute force from 198.51.100.7');
  const both = await muster(['audit', 'inspect', one, other], { cwd });
  for (const name of ['main', 'other']) expect(both.out).toContain(`  ${name}: Brute force from 198.51.100.7`);
});

test('a folder without any file says nothing of logins: that is no 0', async () => {
  mkdirSync(join(cwd, 'empty', 'within'), { recursive: true });
  const { code, err } = await muster(['audit', 'inspect', 'empty'], { cwd });
  expect({ code, err }).toEqual({ code: 3, err: expect.stringContaining('no file in empty') as string });
});

describe('what is wrong with a file is reported as the function reports it', () => {
  test.each([
    ['0 bytes', Buffer.alloc(0), 'is empty (0 bytes)'],
    ['one byte of an archive', Buffer.from([0x1f]), '1 of 1 lines are malformed'],
    ['a head of an archive alone', whole.subarray(0, 5), 'the archive is cut off'],
    ['cut off', whole.subarray(0, whole.length - 500), 'the archive is cut off'],
    ['broken', Buffer.concat([whole.subarray(0, -4), Buffer.alloc(4, 255)]), 'the archive is broken'],
    ['a bomb of newlines', gzipSync(Buffer.alloc(20 << 20, '\n')), 'of the first'],
    ['another text', Buffer.from('hello\nworld\n'), '2 of 2 lines are malformed'],
  ])('%s', async (_, bytes, why) => {
    const { code, findings } = await inspected(put(keyOf('connectionlog'), bytes));
    expect(findings.map(({ rule, severity }) => [rule, severity])).toContainEqual(['LOG-DAMAGED', 'high']);
    expect(findings.find(({ rule }) => rule === 'LOG-DAMAGED')!.title).toContain(why);
    expect(code).toBe(1);
  });

  test('plain text is read as well: here a log that a person has unpacked', async () => {
    const { code, findings, read } = await inspected(put('some.log', `${many.slice(0, 9).join('\n')}\n`));
    expect({ code, findings, lines: read.lines }).toEqual({ code: 0, findings: [], lines: 9 });
  });

  // Of an archive 64 bytes are unpacked first: its first line can come in several pieces.
  test.each([
    ['plain', (text: string) => Buffer.from(text)],
    ['an archive', (text: string) => gzipSync(text)],
    ['an archive of two', (text: string) => Buffer.concat([gzipSync(text.slice(0, 500)), gzipSync(text.slice(500))])],
    ['an archive and zeros', (text: string) => Buffer.concat([gzipSync(text), Buffer.alloc(512)])],
  ])('no line is lost where the name does not say which log it is: %s', async (_, packing) => {
    const lines = Array.from({ length: 6 }, (_, n) => failure(start + n * 977, { pid: n * 7919, port: `${n * 611}` }));
    const { findings } = await inspected(put('some.log', packing(lines.join('\n'))));
    expect(findings.find(({ rule }) => rule === 'AUTH-FAIL')?.count).toBe(6);
  });

  test('a file that is not there is said to be missing, by its name', async () => {
    const said = await muster(['audit', 'inspect', 'nothing.gz'], { cwd });
    expect(said).toMatchObject({ code: 3, out: '' });
    expect(said.err).toContain('no such file or folder: nothing.gz');
  });
});

test('who did it is known, in any order of the files of a folder', async () => {
  put(`a/${keyOf('userlog')}`, packed(account('create', start), account('alter', start + minute, { superuser: true })));
  put(
    `b/${keyOf('connectionlog')}`,
    packed(connection('initiating session', start - minute, { user: 'boss', application: 'psql' })),
  );
  const { code, findings } = await inspected('.');
  expect(code).toBe(1);
  expect(findings.map(({ rule }) => rule).sort()).toEqual(['USER-ALTER', 'USER-CREATE', 'USER-SUPER']);
  for (const { facts } of findings) expect(facts['done by']).toBe('boss from 198.51.100.7 with psql');
});

test('only failed logins: the same of them, and nothing of the rest', async () => {
  const lines = [...many.slice(0, 50), ...[0, 1, 2, 3, 4].map((n) => failure(start + n * minute)), ...many.slice(50)];
  const file = put(keyOf('connectionlog'), packed(...lines));
  const [all, failures] = [await inspected(file), await inspected('--failures', file)];
  expect(failures.findings).toEqual(all.findings);
  expect(failures.findings.map(({ rule, count }) => [rule, count])).toContainEqual(['AUTH-BRUTE-IP', 5]);
  expect(failures.read.lines).toBe(all.read.lines);
});

test('as a table: one line for each finding, and what was read below it', async () => {
  const file = put(keyOf('connectionlog'), packed(failure(start, { user: 'e\u001b[31mvil' })));
  const said = await muster(['audit', 'inspect', file], { cwd });
  expect(said.out.trimEnd().split('\n')).toHaveLength(2);
  expect(said.out).toMatch(/medium +AUTH-EXTERNAL +1× +2026-11-26 08:00:00 UTC +Failed logins from 198\.51\.100\.7/);
  expect(said.out).not.toContain('\u001b');
  expect(said.err).toBe('1 file, 1 line, 0 malformed: 2 findings; --json shows the lines, and who did it\n');
});

test.each([60, 80, 99])(
  'on a terminal of %s columns a title stands below its line, and nothing is left out',
  async (columns) => {
    const file = put(keyOf('connectionlog'), packed(failure(start)));
    const { out } = await muster(['audit', 'inspect', file], { cwd, terminal: { isTTY: true, columns } });
    const lines = out.trimEnd().split('\n');
    expect(lines[0]).toBe('medium  AUTH-EXTERNAL  1×  2026-11-26 08:00:00 UTC');
    expect(out.replace(/\s+/g, ' ')).toContain('UTC Failed logins from 198.51.100.7, outside the allowed networks low');
    for (const line of lines.filter((one) => one.startsWith(' '))) expect(line.length).toBeLessThanOrEqual(columns);
  },
);

test('interrupted at any moment, the command says what was not read, and takes no file for damaged', async () => {
  const file = put(keyOf('connectionlog'), packed(failure(start)));
  put(keyOf('connectionlog', '2026-11-26T09:00'), whole);
  const { findings } = await inspected(file);
  let hasEnded = false;
  for (let least = 0; !hasEnded; least += 1) {
    let looks = 0;
    const signal = Object.defineProperty(new AbortController().signal, 'aborted', { get: () => (looks += 1) > least });
    const said = await muster(['audit', 'inspect', '--json', 'AWSLogs'], { cwd, signal });
    const { unread, ...rest } = JSON.parse(said.out) as {
      unread?: number;
      findings: Finding[];
      read: { files: number };
    };
    hasEnded = unread === undefined;
    expect(said.code).toBe(hasEnded ? 1 : 130);
    expect(rest.read.files + (unread ?? 0)).toBe(2);
    expect(rest.findings).toEqual(rest.read.files === 0 ? [] : findings);
  }
  const signal = AbortSignal.abort();
  expect((await muster(['audit', 'inspect', 'AWSLogs'], { cwd, signal })).err).toContain(
    'interrupted: 2 files not read to the end\n',
  );
});

test('the heap of the command is the one of the deployed functions', () => {
  const script = readFileSync(join(__dirname, '../../../infra/console/muster.mjs'), 'utf8');
  expect(/process\.argv\[2\] === 'audit' \? \['(.*)'\]/.exec(script)?.[1]).toBe(nodeOptions);
});

test('of more addresses than are reported one by one the others are counted together, and none is accused of all', async () => {
  const lines = Array.from({ length: 900 }, (_, n) =>
    failure(start + n, { host: `::ffff:203.0.${n % 3}.${Math.floor(n / 3) % 250}`, user: `user${n % 7}` }),
  );
  const { findings } = await inspected(put(keyOf('connectionlog'), packed(...lines)));
  const failures = findings.filter(({ rule }) => rule === 'AUTH-FAIL');
  expect(failures.reduce((sum, { count }) => sum + count, 0)).toBe(900);
  const most = failures.filter(({ count }) => count > 10);
  expect(most.map(({ title }) => title)).toEqual(['AUTH-FAIL: all incidents beyond the first 300, counted together']);
});

test('a file that is named twice, or is in a folder that is named too, is read once', async () => {
  const file = put(`logs/${keyOf('connectionlog')}`, packed(failure(start)));
  const { findings, read } = await inspected(file, 'logs', file);
  expect(read.files).toBe(1);
  expect(findings.find(({ rule }) => rule === 'AUTH-FAIL')?.count).toBe(1);
});

test('a folder of links is read as one of files, and a link that leads nowhere is passed over', async () => {
  put('files/one.log', `${failure(start)}\n`);
  mkdirSync(join(cwd, 'links'));
  symlinkSync(join(cwd, 'files/one.log'), join(cwd, 'links/one.log'));
  symlinkSync(join(cwd, 'nowhere'), join(cwd, 'links/two.log'));
  const { read } = await inspected('links');
  expect(read).toMatchObject({ files: 1, lines: 1 });
});

test('the table says which file is damaged', async () => {
  put('sound.log', `${failure(start)}\n`);
  put('other.log', 'hello');
  const { out, err } = await muster(['audit', 'inspect', '.', 'other.log'], { cwd });
  expect(out).toMatch(/LOG-DAMAGED.*an unknown cluster.*other\.log\)/);
  expect(err).toContain('2 files, 1 line, 0 malformed: 3 findings; --json shows');
});

test('what lies in a folder beside logs is named as skipped, and no finding; an archive that cannot be read is one', async () => {
  put(join('logs', keyOf('connectionlog')), whole);
  const others = { 'README.md': '# logs\n', '.DS_Store': Buffer.from([0, 0, 0, 1, 66]), 'a.csv': 'a,b\n', none: '' };
  for (const [name, bytes] of Object.entries(others)) put(`logs/${name}`, bytes);
  put('logs/other.gz', gzipSync('hello\n'));
  const said = await inspected('logs');
  expect(said).toMatchObject({ code: 0, findings: [], read: { files: 1, lines: 3000 } });
  const { skipped } = JSON.parse(said.out) as { skipped: string[] };
  expect(skipped.sort()).toEqual([...Object.keys(others), 'other.gz'].map((name) => join(cwd, 'logs', name)).sort());
  expect((await muster(['audit', 'inspect', 'logs'], { cwd })).err).toContain('skipped, no audit log: ');
  // Who names it takes it for a log.
  expect((await inspected('logs/README.md')).findings.map(({ rule }) => rule)).toEqual(['LOG-DAMAGED']);
  for (const bytes of [whole.subarray(0, 5), Buffer.from('hello'), Buffer.alloc(0)]) {
    put('logs/copy.gz', bytes);
    expect((await inspected('logs')).findings.map(({ rule }) => rule)).toEqual(['LOG-DAMAGED']);
  }
});

test.each(['utf16le', 'big endian'])(
  'text in UTF-16 (%s) is reported as UTF-16, also in a folder and packed',
  async (order) => {
    const bytes = Buffer.from(`\ufeff${many.slice(0, 9).join('\n')}\n`, 'utf16le');
    if (order !== 'utf16le') bytes.swap16();
    for (const [name, content] of [
      ['a.log', bytes],
      ['b.gz', gzipSync(bytes)],
      [keyOf('connectionlog'), gzipSync(bytes)],
    ] as const) {
      put(`${order}/${name}`, content);
      const { code, findings } = await inspected(order);
      expect([code, findings.map(({ title }) => title)]).toEqual([1, [expect.stringContaining('text in UTF-16')]]);
      rmSync(join(cwd, order), { recursive: true });
    }
  },
);
