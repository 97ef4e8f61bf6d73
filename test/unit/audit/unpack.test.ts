import { constants, gzipSync } from 'node:zlib';
import { unpack } from '../../../functions/audit/unpack';

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
    ['of an hour', 3_300],
    ['of a busy day', 200_000],
  ])('%s: what stands before is read', async (_, count) => {
    const all = lines(count);
    // Ends with a whole block; behind it a block of type 3, which deflate does not have (RFC 1951, 3.2.3).
    const whole = gzipSync(all, { finishFlush: constants.Z_SYNC_FLUSH });
    const packed = Buffer.concat([whole, Buffer.alloc(500, 7)]);
    const got: Buffer[] = [];
    const source = (async function* () {
      yield packed;
    })();
    const { damage, raw } = await unpack(source, (chunk) => {
      got.push(Buffer.from(chunk));
      return undefined;
    });
    expect(damage).toBe('the archive is broken');
    expect(raw).toBeGreaterThan(all.length * 0.9);
    const sure = Math.floor(all.length * 0.9);
    expect(Buffer.concat(got).subarray(0, sure).equals(all.subarray(0, sure))).toBe(true);
  });
});
