import { faultNames, switchedFaults, type FaultName, type Plan, type SwitchedFault } from './plan';

/** What is left out of a seed's world, and what is added. What is not said stays. */
export interface Narrowing {
  /** Faults beside those that the seed draws. */
  readonly with?: readonly SwitchedFault[];
  /** Positions in the schedule of what is still done. */
  readonly actions?: readonly number[];
  readonly groups?: readonly string[];
  /** Kinds of faults that do not happen. */
  readonly without?: readonly FaultName[];
  /** Ids of the only faults on calls and functions that happen. */
  readonly faults?: readonly string[];
}

/** The plan with less in it; what is left is drawn as before. */
export function narrow(plan: Plan, { actions, groups, without = [] }: Narrowing): Plan {
  const rates = Object.fromEntries(Object.entries(plan.rates).filter(([name]) => !without.includes(name as FaultName)));
  return {
    ...plan,
    rates,
    actions: actions === undefined ? plan.actions : plan.actions.filter((_, at) => actions.includes(at)),
    groups: groups === undefined ? plan.groups : plan.groups.filter(({ name }) => groups.includes(name)),
  };
}

/** The command that runs exactly this again. */
export function commandFor(seed: number, narrowing: Narrowing): string {
  const { actions, groups, without = [], faults } = narrowing;
  const list = (option: string, items: readonly (string | number)[] | undefined) =>
    items === undefined ? [] : [`--${option} ${items.length === 0 ? 'none' : items.join(',')}`];
  return [
    `npm run simulate -- --seed ${seed}`,
    ...list('with', narrowing.with),
    ...list('actions', actions),
    ...list('groups', groups),
    ...(without.length === 0 ? [] : list('without', without)),
    ...list('faults', faults),
  ].join(' ');
}

export function isSwitchedFault(text: string): text is SwitchedFault {
  return (switchedFaults as readonly string[]).includes(text);
}

export function isFaultName(text: string): text is FaultName {
  return ([...faultNames, ...switchedFaults] as readonly string[]).includes(text);
}
