const multiplier = 0x5deece66dn;
const mask48 = (1n << 48n) - 1n;

/**
 * The first `nextDouble()` of `java.util.Random` with this seed.
 *
 * AWS's `$random(seed)` draws from there: `$random(42)` is 0.7275636800328681.
 */
export function javaRandom(seed: number): number {
  let state = (BigInt(seed) ^ multiplier) & mask48;
  const next = (bits: bigint): bigint => {
    state = (state * multiplier + 0xbn) & mask48;
    return state >> (48n - bits);
  };
  const high = next(26n);
  return Number((high << 27n) + next(27n)) / 2 ** 53;
}
