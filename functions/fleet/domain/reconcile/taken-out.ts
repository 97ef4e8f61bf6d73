import type { Holdings } from '../../ledger/holdings';

/** A group that is no longer in the configuration, while instances of it hold numbers and names. */
export interface RemovedGroup {
  readonly group: string;
  /** How many it had when Muster last read them: now nothing in Muster frees their numbers. */
  readonly members: number;
}

/**
 * What to store about all groups, and which groups were removed from the configuration too early.
 *
 * @param before what was stored last time.
 * @param managed names of the groups that are managed now.
 * @param seen how many members the groups have that could be read.
 */
export function decideTakenOut(
  before: Holdings,
  managed: readonly string[],
  seen: ReadonlyMap<string, number>,
): { readonly holdings: Holdings; readonly takenOut: readonly RemovedGroup[] } {
  const all = [...new Set([...Object.keys(before), ...managed])].sort();
  const holdings = all
    .map((group) => [group, seen.get(group) ?? before[group] ?? 0] as const)
    .filter(([, members]) => members > 0);
  const takenOut = holdings
    .filter(([group]) => !managed.includes(group))
    .map(([group, members]) => ({ group, members }));
  return { holdings: Object.fromEntries(holdings), takenOut };
}
