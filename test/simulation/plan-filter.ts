import { drawPlan, faultNames, kinds as allKinds, switchedFaults, type FaultName, type Kind, type Plan } from './plan';

/** What is left out of a seed's world. What is not said stays. */
export interface PlanFilter {
  /** Positions in the schedule of what is still done. */
  readonly actions?: readonly number[];
  readonly groups?: readonly string[];
  /** The only kinds that the world may have beyond the plain one. */
  readonly kinds?: readonly Kind[];
  /** Kinds that the world has in any case. */
  readonly always?: readonly Kind[];
  /** Kinds of faults that do not happen. */
  readonly without?: readonly FaultName[];
  /** Ids of the only faults on calls and functions that happen. */
  readonly faults?: readonly string[];
}

/** The plan of a seed with less in it; what is left is drawn as before. */
export function filteredPlan(seed: number, filter: PlanFilter): Plan {
  return filterPlan(drawPlan(seed, filter.kinds, filter.always), filter);
}

/** The plan with less in it, but for its kinds, with which it is drawn. */
export function filterPlan(plan: Plan, { actions, groups, without = [] }: PlanFilter): Plan {
  const rates = Object.fromEntries(Object.entries(plan.rates).filter(([name]) => !without.includes(name as FaultName)));
  return {
    ...plan,
    rates,
    actions: actions === undefined ? plan.actions : plan.actions.filter((_, at) => actions.includes(at)),
    groups: groups === undefined ? plan.groups : plan.groups.filter(({ name }) => groups.includes(name)),
  };
}

/** The command that runs exactly this again. */
export function commandFor(
  seed: number,
  { actions, groups, kinds, always = [], without = [], faults }: PlanFilter,
): string {
  const list = (option: string, items: readonly (string | number)[] | undefined) =>
    items === undefined ? [] : [`--${option} ${items.length === 0 ? 'none' : items.join(',')}`];
  return [
    `npm run simulate -- --seed ${seed}`,
    ...list('kinds', kinds),
    ...(always.length === 0 ? [] : list('with', always)),
    ...list('actions', actions),
    ...list('groups', groups),
    ...(without.length === 0 ? [] : list('without', without)),
    ...list('faults', faults),
  ].join(' ');
}

export function isFaultName(text: string): text is FaultName {
  return ([...faultNames, ...switchedFaults] as readonly string[]).includes(text);
}

export function isKind(text: string): text is Kind {
  return (allKinds as readonly string[]).includes(text);
}
