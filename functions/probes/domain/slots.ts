import type { Target } from '../contracts/target';

const minute = 60;
/** The shortest interval of a target, in seconds; slots are whole multiples of it. */
export const gridSeconds = 10;

/** The targets that are due in a slot (seconds since 1970): every region computes the same ones. */
export function dueIn<Due extends Pick<Target, 'intervalSeconds'>>(targets: readonly Due[], slot: number): Due[] {
  return targets.filter(({ intervalSeconds }) => slot % intervalSeconds === 0);
}

/**
 * The slots of a minute, in seconds since 1970. The first one is always included, even when no target is due: its report tells
 * home that the region is alive.
 *
 * @param within any time of that minute, in seconds.
 */
export function slotsOf(targets: readonly Pick<Target, 'intervalSeconds'>[], within: number): number[] {
  const first = Math.floor(within / minute) * minute;
  const all = Array.from({ length: minute / gridSeconds }, (_, place) => first + place * gridSeconds);
  return all.filter((slot) => slot === first || dueIn(targets, slot).length > 0);
}
