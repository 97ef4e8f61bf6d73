import { ofMoment, type Times } from './state';

/** What lies in such windows: how much has not been reported, and from when to when it was. */
export interface Hot {
  fresh: number;
  first: number;
  last: number;
}

/**
 * Marks all that lies in a window with at least `least` events, and says how many of those have not been reported. In
 * any order events came, the sum of what is reported is the same.
 */
export function reportHot(times: Times, least: number, windowMs: number): Hot {
  const hot = new Uint8Array(times.length);
  let [from, sum, marked] = [0, 0, 0];
  for (let to = 0; to < times.length; to += ofMoment) {
    const at = times[to] ?? 0;
    sum += times[to + 1] ?? 0;
    for (; at - (times[from] ?? at) >= windowMs; from += ofMoment) sum -= times[from + 1] ?? 0;
    if (sum < least) continue;
    // Each is marked once: windows overlap, and work must not grow with that.
    for (let one = Math.max(from, marked); one <= to; one += ofMoment) hot[one] = 1;
    marked = to + ofMoment;
  }
  const result: Hot = { fresh: 0, first: Infinity, last: -Infinity };
  for (let one = 0; one < times.length; one += ofMoment) {
    if (hot[one] !== 1) continue;
    const [at = 0, count = 0, reported = 0] = [times[one], times[one + 1], times[one + 2]];
    result.fresh += count - reported;
    times[one + 2] = count;
    result.first = Math.min(result.first, at);
    result.last = Math.max(result.last, at);
  }
  return result;
}

/** How many of `times` lie in the window that ends with each of `moments`, that moment included. Both are in order. */
export function countsBefore(times: Times, moments: Times, windowMs: number): number[] {
  let [from, to, sum] = [0, 0, 0];
  const counts: number[] = [];
  for (let one = 0; one < moments.length; one += ofMoment) {
    const at = moments[one] ?? 0;
    for (; to < times.length && (times[to] ?? 0) <= at; to += ofMoment) sum += times[to + 1] ?? 0;
    for (; from < to && at - (times[from] ?? 0) > windowMs; from += ofMoment) sum -= times[from + 1] ?? 0;
    counts.push(sum);
  }
  return counts;
}
