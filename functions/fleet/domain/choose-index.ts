import { pick, type Random } from '../../shared/random';

/**
 * Which index to try next; `undefined` when none is left that names, checks and permissions are made for.
 *
 * The lowest free one. But when others are after the same numbers, and all of them took the lowest and went on to the
 * next, N launches would need N² tries. So the choice is then by chance, among as many of the lowest free ones as there
 * are launches without a number: that keeps the numbers dense and the tries few. What the group wants to have says
 * nothing about that: it may count units of capacity, or instances that never ask for a number.
 *
 * @param held the indexes that are held now, in any order.
 * @param seen the indexes that others bear by their tags, without the ledger's knowledge.
 * @param own the index that the instance itself has so: it keeps it if no other one holds or has it.
 * @param seekers how many launches are without a number, the one that asks among them.
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
