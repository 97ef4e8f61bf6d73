import { freshIntervals } from './region';
import type { Status } from './verdict';

/** Of one day (UTC): the seconds in which the status of a target was known, and those of them in which it was down. */
export interface DayUptime {
  readonly known: number;
  readonly down: number;
}
export type DailyUptime = Readonly<Record<string, DayUptime>>;

const daySeconds = 86_400;
const keptDays = 90;

/** Adds the time from one slot to the next: it has the status of the first; what is longer than votes are fresh is unknown. */
export function addPeriod(
  days: DailyUptime,
  { from, until, status }: { readonly from: number; readonly until: number; readonly status: Status },
  interval: number,
): DailyUptime {
  const end = Math.min(until, from + freshIntervals * interval);
  if (status === 'unknown' || end <= from) return days;
  const next: Record<string, DayUptime> = { ...days };
  for (let at = from; at < end;) {
    const endOfDay = (Math.floor(at / daySeconds) + 1) * daySeconds;
    const part = Math.min(end, endOfDay) - at;
    const key = dayOf(at);
    const { known, down } = next[key] ?? { known: 0, down: 0 };
    next[key] = { known: known + part, down: down + (status === 'down' ? part : 0) };
    at += part;
  }
  // Days become too old only when a new one begins.
  if (Object.keys(next).length === Object.keys(days).length) return next;
  const oldest = dayOf(until - keptDays * daySeconds);
  return Object.fromEntries(Object.entries(next).filter(([day]) => day > oldest));
}

let lastDay = { number: NaN, text: '' };

export function dayOf(slot: number): string {
  const number = Math.floor(slot / daySeconds);
  // Most calls in a row are about the same day.
  if (lastDay.number !== number) lastDay = { number, text: new Date(slot * 1000).toISOString().slice(0, 10) };
  return lastDay.text;
}

/** The share of the known time in which it was not down, from 0 to 1; `null` if no time is known. */
export function uptimeOf(day: DayUptime | undefined): number | null {
  return day === undefined || day.known === 0 ? null : 1 - day.down / day.known;
}
