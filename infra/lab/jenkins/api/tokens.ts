import type { Random } from '../../../../functions/shared/random';
import { hex } from '../../kernel/random';

/** Shaped like a UUID, and the same for the same seed. */
export function uuid(random: Random): string {
  const parts = [8, 4, 4, 4, 12].map((digits) => hex(random, digits));
  return parts.join('-');
}
