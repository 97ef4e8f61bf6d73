import { freshIntervals } from './region';
import type { SilenceRecord } from './state';

// When messages come in bursts, each gap looks like a silence that is over before an operator can act. So each reported silence
// doubles the wait before the next report: what comes and goes is soon no longer reported, what lasts still is.

/**
 * The longest wait: a lasting problem is reported within this time, regardless of the past. Reminders come as often.
 */
export const longestWait = 3600;
/** How long a false silence (its messages were only late) counts: they will be late again. A true one counts for an hour. */
const daySeconds = 86_400;
const hourSeconds = 3600;
/** How many reports are remembered; more would not change any wait. */
const remembered = 6;

/**
 * How many seconds a target has to be unknown before that is reported: the first time long enough for late messages to
 * arrive. While no region at all is heard (`isTotal`), only earlier silences of that kind count.
 */
export function silenceWait(
  interval: number,
  silences: readonly SilenceRecord[] | undefined,
  { now, isTotal }: { readonly now: number; readonly isTotal: boolean },
): number {
  const usual = 2 * freshIntervals * interval;
  const alike = silencesOf(silences, now).filter((one) => one.isTotal || !isTotal);
  return Math.min(usual * 2 ** alike.length, Math.max(usual, longestWait));
}

/** The silences that still count, oldest first. */
export function silencesOf(silences: readonly SilenceRecord[] | undefined, now: number): readonly SilenceRecord[] {
  return (silences ?? []).filter(({ at, isLate }) => at > now - (isLate ? daySeconds : hourSeconds)).slice(-remembered);
}

/** How many seconds a region has to be silent or suspect before that is reported: 0 the first time. */
export function regionWait(told: readonly number[], now: number): number {
  const times = withinLastDay(told, now).length;
  return times === 0 ? 0 : Math.min(longestWait, 150 * 2 ** times);
}

/** The times (in seconds since 1970) within the last day, oldest first. */
export function withinLastDay(times: readonly number[], now: number): readonly number[] {
  return times.filter((at) => at > now - daySeconds).slice(-remembered);
}
