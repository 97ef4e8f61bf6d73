import type { Holdings } from '../../ledger/holdings';

/** A group that is no longer in the configuration, while instances of it hold numbers and names. */
export interface RemovedGroup {
  readonly group: string;
  /** As many as there were when it was looked at last: nothing of Muster frees one of them any more. */
  readonly members: number;
}

/**
 * What is to be remembered of all groups, and which of them were taken out of the configuration too early.
 *
 * @param before as it was remembered.
 * @param managed names of the groups that are managed now.
 * @param seen how many members the groups have that could be looked at.
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
