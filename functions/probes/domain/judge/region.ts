import type { Reason } from '../../contracts/reasons';

/**
 * What one region says of one target in one slot. `confirmed`: bad, and so were both repetitions within the slot.
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
 * How many bad slots in a row are `down`. Below a minute there is no time to look again within the slot, and there are six
 * times as many slots: one more of them, ten seconds later, keeps chance out as well as two looks more.
 */
const badToFail = (interval: number) => (interval < 60 ? 3 : 2);

/** Older than so many intervals, a vote is none any more. */
export const freshIntervals = 2.5;

export function isFresh(slot: number, now: number, interval: number): boolean {
  return slot >= now - freshIntervals * interval;
}

let lastOk: RegionState = { state: 'ok', slot: 0, good: 0, bad: 0, reason: null };

/** One for all targets that are well in a slot: a judge of a thousand of them else reads, and frees, ten thousand a minute. */
function okAt(slot: number): RegionState {
  if (lastOk.slot !== slot) lastOk = { ...lastOk, slot };
  return lastOk;
}

/** The state after one more slot. One failure alone is never more than a suspicion, unless it is confirmed. */
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
