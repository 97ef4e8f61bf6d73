import { ofMoment, type Times } from './state';

/**
 * Marks all that lies in a window with at least `least` events, and says how many of those have not been reported. In
 * whatever order events came, the sum of what is reported is the same.
 */
export function reportHot(
  times: Times,
  least: number,
  windowMs: number,
): { fresh: number; first: number; last: number; total: number } {
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
  const result = { fresh: 0, first: Infinity, last: -Infinity, total: 0 };
  for (let one = 0; one < times.length; one += ofMoment) {
    if (hot[one] !== 1) continue;
    const [at = 0, count = 0, reported = 0] = [times[one], times[one + 1], times[one + 2]];
    result.fresh += count - reported;
    result.total += count;
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

/** Whether within any window there are at least `least` different users; all of the busiest one. */
export function usersTogether(seen: readonly (readonly [string, number])[], least: number, windowMs: number): string[] {
  if (new Set(seen.map(([user]) => user)).size < least) return [];
  const sorted = [...seen].sort(([, a], [, b]) => a - b);
  const inside = new Map<string, number>();
  let from = 0;
  let most: string[] = [];
  for (const [user, at] of sorted) {
    inside.set(user, (inside.get(user) ?? 0) + 1);
    for (let first = sorted[from]; first !== undefined && at - first[1] >= windowMs; first = sorted[++from]) {
      const left = (inside.get(first[0]) ?? 0) - 1;
      if (left <= 0) inside.delete(first[0]);
      else inside.set(first[0], left);
    }
    if (inside.size >= least && inside.size > most.length) most = [...inside.keys()];
  }
  return most;
}
