import { filteredPlan, type PlanFilter } from './plan-filter';
import { drawPlan, type FaultName } from './plan';
import { simulate, type Outcome } from './simulate';

export interface Shrunk {
  readonly filter: PlanFilter;
  readonly outcome: Outcome;
  readonly runs: number;
}

/**
 * Leaves out of a failing world whatever it fails without: kinds, groups, things done, kinds of faults, then single faults.
 * Each step is kept only if the same checker finds something, so what is left is a small example of the same thing.
 *
 * @param among the kinds that the failing world could have (default: whatever it draws), and those that it had anyway.
 * @param mostRuns how many worlds are run for it at most.
 */
export async function shrink(
  seed: number,
  failed: Outcome,
  { kinds: among, always = [] }: Pick<PlanFilter, 'kinds' | 'always'> = {},
  mostRuns = 300,
): Promise<Shrunk> {
  let best: Shrunk = { filter: { always, ...(among !== undefined && { kinds: among }) }, outcome: failed, runs: 0 };
  let runs = 0;
  const accepts = async (filter: PlanFilter): Promise<boolean> => {
    if (runs >= mostRuns) return false;
    runs += 1;
    const outcome = await runFiltered(seed, filter);
    if (outcome.violation?.checker !== failed.violation?.checker) return false;
    best = { filter, outcome, runs };
    return true;
  };
  const filter = () => best.filter;
  // First of all: what a kind brings with it is then left out of all that follows.
  const { kinds } = drawPlan(seed, among, always);
  if (kinds.length > 0) await reduce(kinds, (some) => accepts({ kinds: [], always: some }));
  const plan = drawPlan(seed, filter().kinds, filter().always);
  const groups = plan.groups.map(({ name }) => name);
  if (groups.length > 1) await reduce(groups, (some) => accepts({ ...filter(), groups: some }));
  await reduce(
    plan.actions.map((_, at) => at),
    (some) => accepts({ ...filter(), actions: some }),
  );
  const rated = Object.keys(plan.rates) as FaultName[];
  await reduce(rated, (some) => accepts({ ...filter(), without: rated.filter((name) => !some.includes(name)) }));
  await reduce(best.outcome.faults, (some) => accepts({ ...filter(), faults: some }));
  // With fewer faults more of what was done may turn out to be needless.
  await reduce(filter().actions ?? [], (some) => accepts({ ...filter(), actions: some }));
  return { ...best, runs };
}

export function runFiltered(seed: number, filter: PlanFilter, keepsLines = false): Promise<Outcome> {
  const { faults } = filter;
  const onlyFaults = faults === undefined ? undefined : new Set(faults);
  return simulate(filteredPlan(seed, filter), { onlyFaults, keepsLines });
}

/**
 * Delta debugging: tries to do without halves, quarters, … single ones of `items`, for as long as that succeeds.
 * `accepts` says whether the failure is still there with these.
 */
export async function reduce<Item>(
  items: readonly Item[],
  accepts: (some: readonly Item[]) => Promise<boolean>,
): Promise<readonly Item[]> {
  if (items.length === 0) return items;
  if (await accepts([])) return [];
  let kept = items;
  let size = Math.ceil(kept.length / 2);
  for (;;) {
    let from = 0;
    let isSmaller = false;
    while (from < kept.length) {
      const without = [...kept.slice(0, from), ...kept.slice(from + size)];
      if (without.length > 0 && (await accepts(without))) {
        kept = without;
        isSmaller = true;
      } else from += size;
    }
    if (size > 1) size = Math.ceil(size / 2);
    else if (!isSmaller) return kept;
  }
}
