import type { Times } from './state';

/**
 * Marks all that lies in a window with at least `least` events, and says how many of those have not been reported. In
 * whatever order events came, the sum of what is reported is the same.
 */
export function reportHot(
  times: Times,
  least: number,
  windowMs: number,
): { fresh: number; first: number; last: number; total: number } {
  times.sort(([a], [b]) => a - b);
  const hot = new Array<boolean>(times.length).fill(false);
  let from = 0;
  let sum = 0;
  let marked = 0;
  for (const [to, [at, count]] of times.entries()) {
    sum += count;
    while (at - (times[from]?.[0] ?? at) >= windowMs) sum -= times[from++]?.[1] ?? 0;
    if (sum < least) continue;
    // Each is marked once: windows overlap, and work must not grow with that.
    for (let one = Math.max(from, marked); one <= to; one += 1) hot[one] = true;
    marked = to + 1;
  }
  const result = { fresh: 0, first: Infinity, last: -Infinity, total: 0 };
  for (const [index, entry] of times.entries()) {
    if (hot[index] !== true) continue;
    result.fresh += entry[1] - entry[2];
    result.total += entry[1];
    entry[2] = entry[1];
    result.first = Math.min(result.first, entry[0]);
    result.last = Math.max(result.last, entry[0]);
  }
  return result;
}

/** How many of `times` lie in the window that ends with each of `moments`, that moment included. Both are in order. */
export function countsBefore(times: Times, moments: Times, windowMs: number): number[] {
  let [from, to, sum] = [0, 0, 0];
  return moments.map(([at]) => {
    for (let next = times[to]; next !== undefined && next[0] <= at; next = times[to]) {
      sum += next[1];
      to += 1;
    }
    for (let first = times[from]; first !== undefined && from < to && at - first[0] > windowMs; first = times[from]) {
      sum -= first[1];
      from += 1;
    }
    return sum;
  });
}

/** Whether within any window there are at least `least` different users; all of the busiest one. */
export function usersTogether(seen: readonly (readonly [string, number])[], least: number, windowMs: number): string[] {
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
