import { lastAttempt, readAttempts, type AttemptDeps } from '../../executions/start-once';
import { launchPurpose, releasePurpose, type ExecutionPurpose } from '../../domain/redrive-or-new-attempt';
import type { Presence, Sighting } from '../../domain/reconcile/sighting';
import { launchOf } from '../../domain/reconcile/launch-of-instance';
import { isInLaunchHook, isThroughHooks } from '../../domain/lifecycle';
import { releaseAskedFor } from '../../domain/reconcile/reconcile';
import { readLaunchExecution } from '../../executions/read-launch-execution';
import { latest, type LaunchExecution } from '../../domain/launch-execution';
import type { Member } from '../../ledger/port';
import type { GroupState } from '../../resources/group-state';
import type { StepFunctions } from '../../ports/aws';
import { forEachLimited } from '../../../shared/lists';
import type { Running } from '../../executions/running';

export interface ObserveDeps extends AttemptDeps {
  stepFunctions: StepFunctions;
  stateMachineArn: string;
  releaseArn: string;
}

export interface GroupObservation extends GroupState {
  readonly group: string;
  /** What EC2 says of the instances that are in doubt, and of no others. */
  readonly presences: ReadonlyMap<string, Presence>;
  readonly launches: Running;
  readonly releases: Running;
}

// Below what Step Functions gives to DescribeExecution in a small region, 10 a second, at some 100 ms each.
const atOnce = 4;

/** Puts together what was seen of each instance, and looks up the executions that a decision can depend on. */
export function sightings(deps: ObserveDeps, seen: GroupObservation): Promise<Sighting[]> {
  const { members, holds, reserves } = seen.records;
  const on = { members: byInstance(members), holds: byInstance(holds), reserves: byInstance(reserves) };
  return forEachLimited([...subjects(seen)], atOnce, async (instanceId) => {
    const known: Sighting = {
      group: seen.group,
      instanceId,
      state: seen.states.get(instanceId),
      presence: seen.presences.get(instanceId),
      member: on.members.get(instanceId),
      hold: on.holds.get(instanceId),
      reserve: on.reserves.get(instanceId),
      isReleasing: seen.releases.has(instanceId),
    };
    const launch = seen.launches.get(instanceId) ?? (await findLaunch(deps, known));
    return { ...known, launch, releaseStatus: await findRelease(deps, known) };
  });
}

function byInstance<Kind extends { instanceId: string }>(all: readonly Kind[]): ReadonlyMap<string, Kind> {
  return new Map(all.map((one) => [one.instanceId, one]));
}

/** All instances that are in the group, or of which the ledger still has a record. */
function subjects({ states, records: { members, holds, reserves } }: GroupObservation): Set<string> {
  return new Set([...states.keys(), ...[...members, ...holds, ...reserves].map(({ instanceId }) => instanceId)]);
}

/** The execution that serves its launch, unless it runs. Not asked of an instance that is in service and well. */
async function findLaunch(deps: ObserveDeps, seen: Sighting): Promise<LaunchExecution | undefined> {
  const { state, member, hold, isReleasing } = seen;
  if (state === undefined || isReleasing) return undefined;
  const phase = member?.phase;
  const isNamed = isFoundByName(state, phase);
  const isOnItsWay = isInLaunchHook(state) || phase === 'launching' || phase === 'completing';
  if (!isNamed && !isOnItsWay && hold === undefined) return undefined;
  const ofMember = phase === 'replacing' ? undefined : member?.execution;
  const onRecord = new Set([hold?.execution, ofMember].filter((arn) => arn !== undefined));
  const found = await Promise.all([...onRecord].map((arn) => readLaunchExecution(deps.stepFunctions, arn)));
  return latest([...found, isNamed ? await findByName(deps, seen) : undefined]);
}

/** Whether its launch is none that is on record. With a new root volume it can be back in service: its ledger was restored. */
function isFoundByName(state: string, phase: Member['phase'] | undefined): boolean {
  const isReplacing = phase === 'replacing';
  return isInLaunchHook(state) ? phase === undefined || isReplacing : isReplacing && isThroughHooks(state);
}

function findByName(deps: ObserveDeps, seen: Sighting): Promise<LaunchExecution | undefined> {
  const launch = launchOf({ ...seen, state: seen.state ?? '' }, '', '', 'reconciler');
  return lastOf(deps, deps.stateMachineArn, launchPurpose(launch));
}

async function findRelease(deps: ObserveDeps, seen: Sighting): Promise<string | undefined> {
  const reason = releaseAskedFor(seen);
  if (reason === undefined || reason === 'orphan' || seen.isReleasing) return undefined;
  const { group, instanceId } = seen;
  return (await lastOf(deps, deps.releaseArn, releasePurpose({ group, instanceId, reason })))?.status;
}

async function lastOf(
  deps: ObserveDeps,
  stateMachineArn: string,
  purpose: ExecutionPurpose,
): Promise<LaunchExecution | undefined> {
  const record = await readAttempts(deps, purpose);
  const read = (arn: string) => readLaunchExecution(deps.stepFunctions, arn);
  return (await lastAttempt(deps, { stateMachineArn, purpose }, record, read)).execution;
}
