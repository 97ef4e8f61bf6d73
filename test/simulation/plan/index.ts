import type { RegionOptions } from '../../../infra/lab/region';
import { Draws } from '../draws';
import { drawActions, type Action } from './actions';
import { drawRates, drawSwitched, switchedFaults, type FaultRates } from './faults';
import { drawGroups, type GroupPlan } from './groups';
import { drawKinds, kinds as allKinds, type Kind } from './kinds';

export { actionNames, type Action, type ActionName, type KindAction, type PlainAction } from './actions';
export { callFaults, faultNames, functionFaults, switchedFaults, type FaultName, type FaultRates } from './faults';
export type { GroupPlan } from './groups';
export { kinds, type Kind } from './kinds';

/** A world and all that is to happen in it: data, made from the seed alone. */
export interface Plan {
  readonly seed: number;
  /** How long anything may break. */
  readonly minutes: number;
  readonly groups: readonly GroupPlan[];
  readonly actions: readonly Action[];
  readonly rates: FaultRates;
  /** What it has beyond the plain world. */
  readonly kinds: readonly Kind[];
  readonly throttling: boolean;
  readonly timings: NonNullable<RegionOptions['timings']>;
  /** Whether a stranger's records, tags and targets are there from the beginning. */
  readonly foreign: boolean;
  readonly executors: number;
}

/**
 * One seed is one world.
 *
 * @param only the kinds that it may have; default: whatever it draws.
 * @param always the kinds that it has in any case.
 */
export function drawPlan(seed: number, only?: readonly Kind[], always: readonly Kind[] = []): Plan {
  const draws = new Draws('plan', seed);
  const minutes = draws.pick([20, 40, 70]);
  const late = draws.happens(0.4) ? 20_000 : 2_000;
  const drawn = drawKinds(seed).filter((kind) => only?.includes(kind) ?? true);
  const kinds = allKinds.filter((kind) => drawn.includes(kind) || always.includes(kind));
  return {
    seed,
    minutes,
    kinds,
    groups: drawGroups(seed, kinds),
    actions: drawActions(seed, minutes, kinds),
    rates: {
      ...drawRates(seed),
      ...drawSwitched(
        seed,
        switchedFaults.filter((fault) => kinds.includes(fault)),
      ),
    },
    throttling: draws.happens(0.5),
    timings: {
      autoScaling: {
        // What AWS does not document: a world has either answer.
        noticePendingMs: draws.happens(0.3) ? 'never' : [30_000, 90_000],
        // The documentation says that health is not checked there: worlds in which instances leave have it so.
        noticesInStandby: !kinds.includes('leaving'),
        terminateHookWhenGone: draws.happens(0.3),
        terminateHookAfterAbandon: draws.happens(0.3),
      },
      ec2: {
        visibleAfterMs: [0, late],
        tagsVisibleAfterMs: [0, late * 2],
        bootMs: [3_000, draws.pick([10_000, 60_000])],
      },
      elasticLoadBalancing: { registrationMs: [1_000, draws.pick([5_000, 40_000])] },
      route53: { processingMs: [50, draws.pick([150, 3_000])], insyncMs: [draws.pick([1_000, 20_000]), 40_000] },
    },
    foreign: draws.happens(0.6),
    executors: draws.pick([1, 3, 20]),
  };
}
