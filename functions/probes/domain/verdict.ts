import type { RegionState } from './region-state';

/** What is thought of a target, of all regions together. */
export type Verdict =
  | { readonly state: 'up'; readonly slow: readonly string[] }
  /** Down in some regions, fewer than it takes: a regional problem. */
  | { readonly state: 'degraded'; readonly down: readonly string[] }
  | { readonly state: 'down'; readonly down: readonly string[] }
  /** Too few regions have looked lately to say anything. */
  | { readonly state: 'unknown'; readonly fresh: number };

export interface Policy {
  /** The regions that look at the target. One that was taken out has no vote any more. */
  readonly regions: readonly string[];
  readonly intervalMs: number;
  /** Default: more than half of the fresh ones. */
  readonly quorum?: number | undefined;
}

const freshIntervals = 2.5;

/** Whether a region has looked lately enough to count. */
export function isFresh({ slot }: RegionState, now: number, intervalMs: number): boolean {
  return slot >= now - freshIntervals * intervalMs;
}

/**
 * The verdict by a strict majority of the regions that are fresh. A stale region is no vote, neither for up nor for
 * down; nor is one that is suspected to be in trouble itself.
 *
 * @param suspects regions that find most targets down while the others do not.
 */
export function verdictOf(
  states: ReadonlyMap<string, RegionState>,
  { regions, intervalMs, quorum }: Policy,
  now: number,
  suspects: ReadonlySet<string> = new Set(),
): Verdict {
  const voters = regions.filter((region) => !suspects.has(region));
  const fresh = voters.filter((region) => {
    const state = states.get(region);
    return state !== undefined && isFresh(state, now, intervalMs);
  });
  const needed = Math.min(2, Math.max(1, regions.length));
  if (fresh.length < needed) return { state: 'unknown', fresh: fresh.length };
  const down = fresh.filter((region) => states.get(region)?.status === 'down');
  // A quorum that so few are left of is the majority of those that are.
  const enough =
    quorum === undefined ? Math.floor(fresh.length / 2) + 1 : Math.min(quorum, Math.max(needed, fresh.length));
  if (down.length >= enough) return { state: 'down', down };
  if (down.length > 0) return { state: 'degraded', down };
  return { state: 'up', slow: fresh.filter((region) => states.get(region)?.slow === true) };
}

const fewestTargets = 3;

/**
 * Regions that find more than half of their targets bad which the other regions find good: it is the region, or its
 * way to the world, that is in trouble.
 *
 * @param targets of each the states of its regions, and how often they look.
 */
export function suspectRegions(
  targets: readonly { readonly states: ReadonlyMap<string, RegionState>; readonly intervalMs: number }[],
  regions: readonly string[],
  now: number,
): ReadonlySet<string> {
  const suspects = regions.filter((region) => {
    let [seen, alone] = [0, 0];
    for (const { states, intervalMs } of targets) {
      const own = states.get(region);
      if (own === undefined || !isFresh(own, now, intervalMs)) continue;
      const others = [...states].filter(([name, state]) => name !== region && isFresh(state, now, intervalMs));
      if (others.length === 0) continue;
      seen += 1;
      if (own.status !== 'ok' && others.every(([, { status }]) => status === 'ok')) alone += 1;
    }
    return seen >= fewestTargets && alone * 2 > seen;
  });
  // With two regions that suspect one another nobody can say which it is.
  return suspects.length * 2 < regions.length ? new Set(suspects) : new Set();
}
