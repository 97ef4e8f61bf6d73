import { pick, type Random } from '../../shared/random';

/**
 * Which index to try next.
 *
 * The lowest free one at first. After a conflict others are after the same numbers: if all of them went on to the
 * next lowest, N launches would need N² tries. So the choice is then by chance among the free ones that the group
 * can come to hold, which keeps the numbers dense and the tries few.
 *
 * @param held the indexes that are held now, in any order.
 * @param capacity how many instances the group wants to have.
 */
export function chooseIndex(options: {
  held: readonly number[];
  start: number;
  capacity: number;
  conflicts: number;
  random: Random;
}): number {
  const { held, start, capacity, conflicts, random } = options;
  const taken = new Set(held);
  const free: number[] = [];
  for (let index = start; index < start + capacity; index += 1) {
    if (!taken.has(index)) free.push(index);
  }
  const lowest = free[0] ?? lowestFree(taken, start);
  return conflicts === 0 ? lowest : (pick(random, free) ?? lowest);
}

function lowestFree(taken: ReadonlySet<number>, start: number): number {
  let index = start;
  while (taken.has(index)) index += 1;
  return index;
}
