import { spawnSync } from 'node:child_process';
import { constants, gzipSync } from 'node:zlib';
import { unpack } from '../../../functions/audit/unpack';
import { defaultOptions } from '../../../functions/audit/domain/rules/options';
import { emptyState } from '../../../functions/audit/domain/rules/state';
import { inspect } from '../../../functions/audit/inspect';
import { account, failure, start } from './support';

/** Lines that pack to about two thirds: numbers of an even stream, the same on every machine. */
function lines(count: number): Buffer {
  let state = 1;
  const number = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0);
  return Buffer.from(
    Array.from({ length: count }, () => `${number().toString(36)}${number().toString(36)}\n`).join(''),
  );
}

describe('an archive that is broken near its end', () => {
  test.each([
    ['of an hour', 3_300, false],
    ['of a busy day', 200_000, false],
    ['of a busy day, unpacked ahead', 200_000, true],
  ])('%s: what stands before is read', async (_, count, ahead) => {
    const all = lines(count);
    // Ends with a whole block; behind it a block of type 3, which deflate does not have (RFC 1951, 3.2.3).
    const whole = gzipSync(all, { finishFlush: constants.Z_SYNC_FLUSH });
    const packed = Buffer.concat([whole, Buffer.alloc(500, 7)]);
    const got: Buffer[] = [];
    const source = (async function* () {
      yield packed;
    })();
    const take = (chunk: Buffer) => void got.push(Buffer.from(chunk));
    const { damage, raw } = await unpack(source, take, { ahead });
    expect(damage).toBe('the archive is broken');
    expect(raw).toBeGreaterThan(all.length * 0.9);
    const sure = Math.floor(all.length * 0.9);
    expect(Buffer.concat(got).subarray(0, sure).equals(all.subarray(0, sure))).toBe(true);
  });
});

describe('zeros behind an archive, as tools fill blocks with them', () => {
  const all = lines(300);
  const read = async (parts: readonly Buffer[]) => {
    const got: Buffer[] = [];
    const source = (async function* () {
      yield* parts;
    })();
    const { damage } = await unpack(source, (chunk) => {
      got.push(Buffer.from(chunk));
      return undefined;
    });
    return { damage, text: Buffer.concat(got).toString() };
  };
  const packed = gzipSync(all);
  const zeros = Buffer.alloc(20_000);

  test.each([
    ['in one piece', [Buffer.concat([packed, zeros])]],
    ['in a piece of their own', [packed, zeros, zeros]],
    ['cut anywhere', [packed.subarray(0, 7), packed.subarray(7), zeros.subarray(0, 1), zeros]],
  ])('%s: nothing is wrong, and it ends', async (_, parts) => {
    expect(await read(parts)).toEqual({ damage: undefined, text: all.toString() });
  });

  test.each([
    ['in the same piece', 600, [Buffer.concat([packed, zeros.subarray(0, 600), packed])]],
    ['in a later piece', zeros.length, [packed, zeros, packed]],
    ['cut within the zeros', 600, [Buffer.concat([packed, zeros.subarray(0, 1)]), zeros.subarray(0, 599), packed]],
    ['that is no archive', 1, [Buffer.concat([packed, zeros.subarray(0, 1), Buffer.from('x')])]],
  ])(
    'what stands behind them, %s, is not read, as by gzip, and the report says from where on',
    async (_, count, parts) => {
      expect(await read(parts)).toEqual({
        damage: `from byte ${packed.length + count} of the archive on, behind its end and zeros, there is more, which was not read: gzip ignores it too, and it can be another archive with lines`,
        text: all.toString(),
      });
      const real = spawnSync('gzip', ['-dc'], { input: Buffer.concat(parts), maxBuffer: 10 * all.length });
      expect({ status: real.status, text: real.stdout.toString() }).toEqual({ status: 2, text: all.toString() });
      expect(real.stderr.toString()).toContain('trailing garbage ignored');
    },
  );

  test('several archives one behind the other are one, wherever they are cut', async () => {
    const two = Buffer.concat([packed, packed]);
    for (const cut of [1, packed.length - 3, packed.length, packed.length + 1, packed.length + 9])
      expect(await read([two.subarray(0, cut), two.subarray(cut)])).toEqual({
        damage: undefined,
        text: all.toString().repeat(2),
      });
  });
});

describe.each([
  ['a quiet hour', 3],
  ['an hour', 40],
  ['a busy hour', 3_300],
])('an archive of %s', (_, count) => {
  const all = lines(count);
  test.each([
    ['something behind it', (archive: Buffer) => Buffer.concat([archive, Buffer.from('something else '.repeat(9))])],
    ['the beginning of another behind it', (archive: Buffer) => Buffer.concat([archive, archive.subarray(0, 10)])],
    ['another check sum', (archive: Buffer) => Buffer.concat([archive.subarray(0, -8), Buffer.alloc(8, 7)])],
    ['another length', (archive: Buffer) => Buffer.concat([archive.subarray(0, -4), Buffer.alloc(4, 7)])],
    ['no end', (archive: Buffer) => archive.subarray(0, -8)],
  ])('with %s: each line is read, once', async (__, spoiled) => {
    const ways = [false, true].flatMap((ahead) => [1e9, 100, 7].map((size) => ({ ahead, size })));
    for (const { ahead, size } of ways) {
      const packed = spoiled(gzipSync(all));
      const got: Buffer[] = [];
      const source = (async function* () {
        for (let at = 0; at < packed.length; at += size) yield packed.subarray(at, at + size);
      })();
      const { damage, raw } = await unpack(source, (chunk) => void got.push(Buffer.from(chunk)), { ahead });
      expect(damage).toBeDefined();
      expect(raw).toBe(all.length);
      expect(Buffer.concat(got).equals(all)).toBe(true);
    }
  });
});

// Which log it is is seen by what is in it, where nothing else says it, and what has come by then is read too.

const header = "'2026-11-26T07:00:00Z UTC [ db=dev user=joe pid=100 userid=35 xid=9 ]' LOG: ";
const logs = {
  connectionlog: [failure(start), failure(start + 1), failure(start + 2)],
  userlog: [account('create', start), account('drop', start + 1)],
  useractivitylog: [`${header}grant role sys:dba to joe`, `${header}grant select on t to public`],
};

async function inspected(...pieces: Buffer[]) {
  const { type, counts, observations } = await inspect(pieces as unknown as AsyncIterable<Uint8Array>, {
    options: defaultOptions,
    state: emptyState(),
    read: { cluster: 'main', object: 'o', at: start },
    type: undefined,
    plain: true,
  });
  return { type, counts, observations };
}

test.each(Object.entries(logs))('%s, cut anywhere in two, is what it is as a whole', async (type, lines) => {
  for (const text of [`${lines.join('\n')}\n`, lines.join('\n'), `\ufeff${lines.join('\n')}`]) {
    const bytes = Buffer.from(text);
    const whole = await inspected(bytes);
    expect([whole.type, whole.counts.records]).toEqual([type, lines.length]);
    // The first line and some of the second.
    for (let at = 1; at < Math.min(bytes.length, 300); at += 1)
      expect([at, await inspected(bytes.subarray(0, at), bytes.subarray(at))]).toEqual([at, whole]);
  }
});

test('byte by byte, and with text of others before it', async () => {
  const bytes = Buffer.from(`#!\n${logs.connectionlog.join('\n')}\n`);
  const whole = await inspected(bytes);
  expect(whole.counts).toMatchObject({ lines: 4, malformed: 1, records: 3 });
  expect(await inspected(...Array.from(bytes, (byte) => Buffer.of(byte)))).toEqual(whole);
});

test('what is none of them is said to be none, however it comes', async () => {
  const bytes = Buffer.from('hello\n'.repeat(5000));
  for (const pieces of [[bytes], [bytes.subarray(0, 3), bytes.subarray(3)]])
    expect((await inspected(...pieces)).observations.map(({ title }) => title)).toEqual([
      'An audit log of main is damaged: it is none of the three logs',
    ]);
});
