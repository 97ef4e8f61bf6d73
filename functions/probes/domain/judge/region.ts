import type { Reason } from '../../contracts/reasons';

/**
 * The vote of one region on one target in one slot. `confirmed`: bad, and so were both repetitions within the slot.
 * `none` is no vote: the region could not look.
 */
export type Vote = 'good' | 'bad' | 'confirmed' | 'none';

/** A region's view of a target. Slots are seconds. */
export interface RegionState {
  readonly state: 'ok' | 'suspect' | 'down';
  /** Of its last vote. */
  readonly slot: number;
  /** Good slots in a row while it is down. */
  readonly good: number;
  /** Bad ones in a row while it is suspect. */
  readonly bad: number;
  readonly reason: Reason | null;
}

/** How many good slots in a row end `down`. */
const goodToClear = 2;
/**
 * How many bad slots in a row mean `down`. Intervals below a minute leave no time to look again within the slot, but their
 * slots come up to six times as often: one more of them guards against chance as well as two more looks do.
 */
const badToFail = (interval: number) => (interval < 60 ? 3 : 2);

/** A vote older than so many intervals no longer counts. */
export const freshIntervals = 2.5;

export function isFresh(slot: number, now: number, interval: number): boolean {
  return slot >= now - freshIntervals * interval;
}

let lastOk: RegionState = { state: 'ok', slot: 0, good: 0, bad: 0, reason: null };

/** One object for all targets that are up in a slot: with a thousand targets it saves ten thousand objects a minute. */
function okAt(slot: number): RegionState {
  if (lastOk.slot !== slot) lastOk = { ...lastOk, slot };
  return lastOk;
}

/** A region's view after one more slot. A single failure only makes the target suspect, unless it is confirmed. */
export function afterVote(
  before: RegionState | undefined,
  vote: { readonly vote: Vote; readonly reason: Reason | null },
  slot: number,
  interval: number,
): RegionState | undefined {
  if (vote.vote === 'none') return before;
  const down = before?.state === 'down';
  if (vote.vote === 'good') {
    const good = (before?.good ?? 0) + 1;
    return down && good < goodToClear ? { state: 'down', slot, good, bad: 0, reason: before.reason } : okAt(slot);
  }
  const inARow = before?.state === 'suspect' && isFresh(before.slot, slot, interval);
  const bad = (inARow ? before.bad : 0) + 1;
  const state = down || bad >= badToFail(interval) || vote.vote === 'confirmed' ? 'down' : 'suspect';
  return { state, slot, good: 0, bad, reason: vote.reason };
}
