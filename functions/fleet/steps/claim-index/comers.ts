import { answered } from '../../resources/answered';
import { StepError } from '../../contracts/errors';
import type { Launch } from '../../contracts/launch';
import { isCrowd } from '../../crowd/size';
import { isLeaving } from '../../domain/lifecycle';
import { readLifecycleState } from '../../resources/lifecycle-state';
import type { Identity } from '../../domain/identity';
import type { AutoScaling } from '../../ports/auto-scaling';
import type { Ec2 } from '../../ports/ec2';
import type { Ledger, Observation } from '../../ledger/port';
import { ageOf, next, store, takeTurn, type TogetherDeps } from '../../crowd/turns';
import { seeMarks, type Mark } from './seen';

type Deps = TogetherDeps & { autoScaling: AutoScaling; ec2: Ec2; ledger: Ledger; identity: Identity };

/** What a claim has to know of its group. */
export interface Comers {
  /** The instances on their way into service; with or without a number, and not always the one that asks. */
  readonly comers: readonly string[];
  /** The numbers that its instances bear without the ledger's knowledge. */
  readonly marks: readonly Mark[];
}

const key = 'comers';
// An instance that begins to leave within this time is noticed by its release, as if it had left just after the look.
const believedMs = 4_000;
// So long after a crowd was seen, nobody looks for itself.
const crowdMs = 60_000;

/**
 * Makes sure that the instance is on its way into its group's service, and sees who else is. Of a crowd, one looks for
 * all: Auto Scaling has one small limit for everything, and the reconciler's heartbeats come out of it too.
 *
 * @throws StepError `InstanceGone`, or `TurnAwaited` while another launch looks.
 */
export async function seeComers(deps: Deps, launch: Launch): Promise<Comers> {
  const { group, instanceId } = launch;
  const now = deps.clock.now();
  const seen = await deps.ledger.observation(group, key);
  const ageMs = seen === undefined ? Infinity : ageOf(seen, now);
  if (seen !== undefined && ageMs <= believedMs) {
    const view = parse(seen);
    if (view.comers.includes(instanceId)) return view;
  }
  if (ageMs <= crowdMs && !(await takeTurn(deps, { group, what: key }))) {
    throw new StepError('TurnAwaited', `another launch looks who else is on the way into ${group}`);
  }
  const view = await look(deps, launch);
  if (isCrowd(view.comers.length)) {
    await store(deps.ledger, { group, key, revision: next(seen), at: now.toISOString(), value: JSON.stringify(view) });
  }
  return view;
}

function parse({ value }: Observation): Comers {
  // An earlier version stored no marks.
  return { marks: [], ...(JSON.parse(value) as Pick<Comers, 'comers'> & Partial<Comers>) };
}

async function look(deps: Deps, launch: Launch): Promise<Comers> {
  const { autoScaling } = deps;
  const { AutoScalingGroups } = await autoScaling.describeAutoScalingGroups({ AutoScalingGroupNames: [launch.group] });
  const groups = answered(AutoScalingGroups, `the group ${launch.group}`);
  const shown = groups.find(({ AutoScalingGroupName }) => AutoScalingGroupName === launch.group);
  const { Instances = [] } = shown ?? {};
  const listed = Instances.find(({ InstanceId }) => InstanceId === launch.instanceId)?.LifecycleState;
  // Those of a warm pool are not listed, nor is one that the group is only about to show.
  requireOnItsWay(launch, listed ?? (await readLifecycleState(autoScaling, launch)));
  answered(shown, `the group ${launch.group}, whose instance ${launch.instanceId} is`);
  const comers = Instances.filter(({ LifecycleState }) => LifecycleState?.startsWith('Pending'));
  const marks = await seeMarks(deps, launch.group, Instances);
  return { comers: comers.map(({ InstanceId = '' }) => InstanceId), marks };
}

/** @throws StepError `InstanceGone` for an instance that has left its group, is leaving, or goes elsewhere by now. */
export function requireOnItsWay({ group, instanceId, destination }: Launch, state: string | undefined): void {
  if (state === undefined) throw new StepError('InstanceGone', `${instanceId} is not in ${group}`);
  if (isLeaving(state)) throw new StepError('InstanceGone', `${instanceId} is leaving ${group} (${state})`);
  // A step that comes late: the instance has been taken out of the pool, or given back to it, since.
  if (state.startsWith('Warmed:') !== (destination === 'WarmPool')) {
    throw new StepError('InstanceGone', `${instanceId} is not on its way to ${destination} any more (${state})`);
  }
}
