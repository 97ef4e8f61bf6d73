import type { PlanFilter } from './plan-filter';

/** A world in which something was once wrong. */
export interface Regression {
  readonly name: string;
  readonly seed: number;
  readonly filter?: PlanFilter;
}

/**
 * What the simulation has found, each in the seed that showed it. A change of the plans or of the order of calls makes
 * other worlds of these seeds: they are kept as names of what can go wrong, and run with all their faults.
 */
export const regressions: readonly Regression[] = [
  { name: 'a message was sent again after its answer was lost, and did not say that it may be a repetition', seed: 9 },
  { name: 'what may be a repetition was forgotten to be one when its next sender was refused', seed: 86 },
  { name: 'an instance in Standby that no hook held was abandoned, and lost its number', seed: 72 },
  { name: 'a pool entry that was completed was taken for expired, as the SDK had asked twice', seed: 844 },
  {
    name: 'an operator stopped a launch to let it go, and died before its release began: it waited for ever',
    seed: 515,
  },
  { name: 'the same while the instance was in the launch hook again, out of the warm pool', seed: 1022 },
  { name: 'an instance went into service while it was about to be abandoned, and lost its number', seed: 647 },
  { name: 'a step that was under way when its launch was stopped wrote the name again that was removed', seed: 1122 },
  { name: 'the reconciler abandoned by a hold that it had read minutes ago', seed: 1130 },
  { name: 'an instance that was back from the warm pool was released, as its last release had stopped', seed: 3759 },
  { name: 'the same on its way out of the pool, before its next launch', seed: 9648 },
  { name: 'a stay in the warm pool that no run had seen: the next launch was taken for served', seed: 1436 },
  { name: 'a run that was held up posted a request that others had taken for lost, and posted again', seed: 4684 },
  {
    name: 'a launch whose member a lost ledger had forgotten was redriven for ever, by each retry',
    seed: 8,
    filter: { kinds: [], always: ['lost-ledger'] },
  },
  {
    name: 'who was in service stayed recorded as launching after the ledger was restored',
    seed: 11,
    filter: { kinds: [], always: ['lost-ledger'] },
  },
  {
    name: 'a launch that was redriven while its release waited went into service as its target was taken out',
    seed: 2899,
  },
  { name: 'an invocation that was held up reported again a hold that had been removed meanwhile', seed: 2584 },
  {
    name: 'a build that Jenkins had forgotten before anything of it was on record passed for a twin of the next',
    seed: 662,
  },
  {
    name: 'a launch whose target was taken out was asked for its health for ever, however often it was retried',
    seed: 312,
    filter: { always: ['lost-ledger'] },
  },
  {
    name: 'a name that a live member had before the ledger was restored was refused to who holds it by now',
    seed: 316,
    filter: { always: ['lost-ledger'] },
  },
  {
    name: 'the reverse name that a dead instance of another group left was refused to who has its address by now',
    seed: 347,
    filter: { always: ['lost-ledger'] },
  },
  { name: 'a release left a target of addresses to a dead instance that had had the address before', seed: 1527 },
  {
    name: 'a launch that had failed was forgotten with its hold, and its instance kept waiting for ever',
    seed: 1262,
  },
  {
    name: 'a release took out the target of addresses of a live instance that the restored ledger did not know',
    seed: 1426,
  },
  {
    name: 'a target of addresses was left to an instance of another group, which has the address by now and is no target',
    seed: 2318,
  },
  {
    name: 'a target of addresses was left to an instance that Muster has never launched, since its group was taken out',
    seed: 508,
  },
  {
    name: 'a hold that a restored ledger had again of an instance in the warm pool was never taken away',
    seed: 2717,
  },
  {
    name: 'an instance that waited for another hook, after it was abandoned, was reported and abandoned again and again',
    seed: 4353,
  },
  {
    name: 'a launch that came into service while the reconciler was slow was put on hold and told of once more',
    seed: 6697,
  },
  {
    name: 'a release that took nothing back, since the ledger was restored under it, was never done again',
    seed: 7650,
  },
  {
    name: 'a ledger that was restored to the time of a new root volume said so of an instance in service for ever',
    seed: 7694,
  },
  {
    name: 'a target of addresses was left to a member that has the address by now, and was never in that target group',
    seed: 9302,
  },
  {
    name: 'a failure whose hold a release had taken away was reported once more by an event that came again',
    seed: 5498,
  },
  {
    name: 'of a name that was put right, and whose change got no answer, the change before was waited for',
    seed: 9097,
  },
  {
    name: 'a restored ledger lacked the address that a job is given: redriven for ever, or built for an empty one',
    seed: 550,
  },
];
