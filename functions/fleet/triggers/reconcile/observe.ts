import { lastAttempt, readAttempts, type AttemptDeps } from '../../executions/start-once';
import { launchErrand, releaseErrand, type Errand } from '../../domain/start';
import type { Presence, Sighting } from '../../domain/reconcile/sighting';
import { launchOf } from '../../domain/standing/journey';
import { isInLaunchHook } from '../../domain/lifecycle';
import { releaseAskedFor } from '../../domain/reconcile/reconcile';
import { latest, readLaunchExecution, type LaunchExecution } from '../../executions/launch-execution';
import type { GroupRecords } from '../../ledger/port';
import type { StepFunctions } from '../../ports/aws';
import { forEachLimited } from '../../../shared/lists';
import type { Running } from '../../executions/running';

export interface ObserveDeps extends AttemptDeps {
  stepFunctions: StepFunctions;
  stateMachineArn: string;
  releaseArn: string;
}

export interface Seen {
  readonly group: string;
  readonly records: GroupRecords;
  /** Auto Scaling's lifecycle states, by instance. */
  readonly states: ReadonlyMap<string, string>;
  /** What EC2 says of the instances that are in doubt, and of no others. */
  readonly presences: ReadonlyMap<string, Presence>;
  readonly launches: Running;
  readonly releases: Running;
}

// Below what Step Functions gives to DescribeExecution in a small region, 10 a second, at some 100 ms each.
const atOnce = 4;

/** Puts together what was seen of each instance, and looks up the executions that a decision can depend on. */
export function sightings(deps: ObserveDeps, seen: Seen): Promise<Sighting[]> {
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

/** Everybody who is in the group, or of whom the ledger still has something. */
function subjects({ states, records: { members, holds, reserves } }: Seen): Set<string> {
  return new Set([...states.keys(), ...[...members, ...holds, ...reserves].map(({ instanceId }) => instanceId)]);
}

/** The execution that serves its launch, unless it runs. Not asked of an instance that is in service and well. */
async function findLaunch(deps: ObserveDeps, seen: Sighting): Promise<LaunchExecution | undefined> {
  const { state, member, hold, isReleasing } = seen;
  if (state === undefined || isReleasing) return undefined;
  const waits = isInLaunchHook(state);
  const isOnItsWay = member !== undefined && ['launching', 'completing'].includes(member.phase);
  if (!waits && !isOnItsWay && hold === undefined) return undefined;
  const onRecord = new Set(
    [hold?.execution, member?.phase === 'replacing' ? undefined : member?.execution].filter((arn) => arn !== undefined),
  );
  const found = await Promise.all([...onRecord].map((arn) => readLaunchExecution(deps.stepFunctions, arn)));
  const byName =
    waits && (member === undefined || member.phase === 'replacing') ? await findByName(deps, seen) : undefined;
  return latest([...found, byName]);
}

function findByName(deps: ObserveDeps, seen: Sighting): Promise<LaunchExecution | undefined> {
  const launch = launchOf({ ...seen, state: seen.state ?? '' }, '', '', 'reconciler');
  return lastOf(deps, deps.stateMachineArn, launchErrand(launch));
}

async function findRelease(deps: ObserveDeps, seen: Sighting): Promise<string | undefined> {
  const reason = releaseAskedFor(seen);
  if (reason === undefined || reason === 'orphan' || seen.isReleasing) return undefined;
  const { group, instanceId } = seen;
  return (await lastOf(deps, deps.releaseArn, releaseErrand({ group, instanceId, reason })))?.status;
}

async function lastOf(
  deps: ObserveDeps,
  stateMachineArn: string,
  errand: Errand,
): Promise<LaunchExecution | undefined> {
  const record = await readAttempts(deps, errand);
  const read = (arn: string) => readLaunchExecution(deps.stepFunctions, arn);
  return (await lastAttempt(deps, { stateMachineArn, errand }, record, read)).execution;
}
