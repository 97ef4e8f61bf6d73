import type { Target } from '../contracts/target';

const minute = 60;
/** No target is looked at more often: slots are whole multiples of it. */
export const gridSeconds = 10;

/** The targets that are due in a slot: every region counts in the same seconds of the epoch. */
export function dueIn<Due extends Pick<Target, 'intervalSeconds'>>(targets: readonly Due[], slot: number): Due[] {
  return targets.filter(({ intervalSeconds }) => slot % intervalSeconds === 0);
}

/**
 * The slots of a minute, in seconds. The first is always there, also when nothing is due: by it
 * home knows that the region lives.
 *
 * @param within any time of that minute, in seconds.
 */
export function slotsOf(targets: readonly Pick<Target, 'intervalSeconds'>[], within: number): number[] {
  const first = Math.floor(within / minute) * minute;
  const all = Array.from({ length: minute / gridSeconds }, (_, place) => first + place * gridSeconds);
  return all.filter((slot) => slot === first || dueIn(targets, slot).length > 0);
}
