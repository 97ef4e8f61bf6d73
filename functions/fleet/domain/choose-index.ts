import { pick, type Random } from '../../shared/random';

/**
 * Which index to try next; `undefined` if no index is left for which names, checks and permissions are made.
 *
 * The lowest free one. But if all of N launches took the lowest one and then the next, they would need N² tries. So in
 * a crowd the choice is random, among as many of the lowest free indexes as there are launches without a number:
 * numbers stay dense, and tries few. The group's desired capacity does not help: it may count units of capacity, or
 * instances that never ask for a number.
 *
 * @param held the indexes that are held now, in any order.
 * @param seen the indexes in other instances' tags that the ledger does not know.
 * @param own the index in the instance's own tag, if the ledger does not know it: the instance keeps it unless another
 * instance holds or has it.
 * @param seekers how many launches have no number yet, including this one.
 * @param alone whether no other launch is known to want the same numbers: no crowd, and no conflict yet.
 */
export function chooseIndex(options: {
  held: readonly number[];
  seen?: readonly number[];
  own?: number;
  start: number;
  largest: number;
  seekers: number;
  alone: boolean;
  random: Random;
}): number | undefined {
  const { held, seen = [], own, start, largest, seekers, alone, random } = options;
  const taken = new Set([...held, ...seen]);
  if (own !== undefined && own >= start && own <= largest && !taken.has(own)) return own;
  const free: number[] = [];
  for (let index = start; index <= largest && free.length < Math.max(1, seekers); index += 1) {
    if (!taken.has(index)) free.push(index);
  }
  return alone ? free[0] : pick(random, free);
}
