import type { Random } from '../../../../functions/shared/random';

export function hex(random: Random, digits: number): string {
  return Array.from({ length: digits }, () => Math.floor(random.next() * 16).toString(16)).join('');
}

/** Shaped like a UUID, and the same for the same seed. */
export function uuid(random: Random): string {
  const parts = [8, 4, 4, 4, 12].map((digits) => hex(random, digits));
  return parts.join('-');
}
