import type { Random } from '../../../functions/shared/random';

/**
 * A stream of numbers that depends on nothing but its names.
 *
 * Each execution + state + attempt has its own, so that one more retry somewhere does not change every later draw.
 */
export function randomStream(...names: readonly (string | number)[]): Random {
  let state = hash(names.join('\u0000'));
  return {
    // mulberry32: 32 bits of state are plenty for the few draws of one attempt.
    next() {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    },
  };
}

const digits = '0123456789abcdef';

/** So many hexadecimal digits: one draw for each. */
export function hex(random: Random, length: number): string {
  let text = '';
  for (let digit = 0; digit < length; digit += 1) text += digits.charAt(Math.floor(random.next() * 16));
  return text;
}

/** A version 4 UUID drawn from `random`. */
export function uuidFrom(random: Random): string {
  const all = hex(random, 32);
  const variant = digits.charAt(8 + Math.floor(random.next() * 4));
  const [low, middle, high] = [all.slice(0, 8), all.slice(8, 12), all.slice(13, 16)];
  return `${low}-${middle}-4${high}-${variant}${all.slice(17, 20)}-${all.slice(20)}`;
}

/** FNV-1a with a final avalanche, so that names that differ in their last character give unrelated streams. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return value ^ (value >>> 16);
}
