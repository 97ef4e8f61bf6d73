import { pick, type Random } from '../../shared/random';

/**
 * Which index to try next.
 *
 * The lowest free one. But when others are after the same numbers, and all of them took the lowest and went on to the
 * next, N launches would need N² tries. So the choice is then by chance among the free ones that the group can come to
 * hold, which keeps the numbers dense and the tries few.
 *
 * @param held the indexes that are held now, in any order.
 * @param capacity how many instances the group wants to have.
 * @param alone whether nobody else is known to be after the same numbers: no crowd, and no conflict yet.
 */
export function chooseIndex(options: {
  held: readonly number[];
  start: number;
  capacity: number;
  alone: boolean;
  random: Random;
}): number {
  const { held, start, capacity, alone, random } = options;
  const taken = new Set(held);
  const free: number[] = [];
  for (let index = start; index < start + capacity; index += 1) {
    if (!taken.has(index)) free.push(index);
  }
  const lowest = free[0] ?? lowestFree(taken, start);
  return alone ? lowest : (pick(random, free) ?? lowest);
}

function lowestFree(taken: ReadonlySet<number>, start: number): number {
  let index = start;
  while (taken.has(index)) index += 1;
  return index;
}
