import { freshIntervals } from './region';
import type { SilenceRecord } from './state';

// Messages that come in bursts look like a silence again and again, and each is over before an operator can act. Each
// that was reported makes the next one wait twice as long: what comes and goes falls quiet, and what lasts is reported all the same.

/**
 * The longest wait: a lasting problem is reported within this time, regardless of the past. Reminders come as often.
 */
export const longestWait = 3600;
/** How long a report counts: of a silence that was none a day, for messages will be late again. */
const daySeconds = 86_400;
const hourSeconds = 3600;
/** So many are remembered: more of them make no difference. */
const remembered = 6;

/**
 * For how long a target has to be unknown before it is reported, in seconds: at first so long that messages which are only
 * late have come. While no region at all is heard, silences in which some were do not count.
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

/** Those that count still, oldest first. */
export function silencesOf(silences: readonly SilenceRecord[] | undefined, now: number): readonly SilenceRecord[] {
  return (silences ?? []).filter(({ at, isLate }) => at > now - (isLate ? daySeconds : hourSeconds)).slice(-remembered);
}

/** For how long a region has to be silent or suspect before it is reported, in seconds: the first time at once. */
export function regionWait(told: readonly number[], now: number): number {
  const times = withinLastDay(told, now).length;
  return times === 0 ? 0 : Math.min(longestWait, 150 * 2 ** times);
}

/** Of the times (seconds since 1970), those of the last day, oldest first. */
export function withinLastDay(times: readonly number[], now: number): readonly number[] {
  return times.filter((at) => at > now - daySeconds).slice(-remembered);
}
