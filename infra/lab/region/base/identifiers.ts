import type { Random } from '../../../../functions/shared/random';
import { hex } from '../../kernel/random';

/** The form that AWS gives to tokens, activity ids, event ids and group ids. */
export { hex, uuidFrom as uuid } from '../../kernel/random';

const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

function characters(random: Random, alphabet: string, length: number): string {
  let text = '';
  for (let index = 0; index < length; index += 1) text += alphabet[Math.floor(random.next() * alphabet.length)] ?? '0';
  return text;
}

/** `i-0` and 16 hexadecimal digits, or the same for another kind of resource. */
export function resourceId(random: Random, prefix: string): string {
  return `${prefix}-0${hex(random, 16)}`;
}

/** The form of Route 53's zone and change ids: `C0123456789ABCDEFGHIJ`. */
export function capitalId(random: Random, prefix: string): string {
  return prefix + characters(random, capitals, 20);
}
