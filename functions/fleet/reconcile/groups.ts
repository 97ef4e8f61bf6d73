import type { AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import { chunks } from '../../shared/chunks';
import type { AutoScaling } from '../ports/auto-scaling';
import type { GroupRecords } from '../ports/ledger';

// What one call takes.
const groupsAtOnce = 50;
const instancesAtOnce = 50;

/** The groups as Auto Scaling shows them, by name; one that it does not know is missing. */
export async function describeGroups(
  autoScaling: AutoScaling,
  names: readonly string[],
): Promise<ReadonlyMap<string, AutoScalingGroup>> {
  const groups = new Map<string, AutoScalingGroup>();
  for (const some of chunks(names, groupsAtOnce)) {
    const answer = await autoScaling.describeAutoScalingGroups({ AutoScalingGroupNames: some, MaxRecords: 100 });
    for (const group of answer.AutoScalingGroups ?? []) groups.set(group.AutoScalingGroupName ?? '', group);
  }
  return groups;
}

/**
 * The lifecycle states of a group's instances, those of its warm pool among them.
 *
 * Somebody of whom the ledger has something, and whom the group does not show, is asked for once more by its id: what
 * follows from being gone cannot be taken back.
 */
export async function readStates(
  autoScaling: AutoScaling,
  group: AutoScalingGroup,
  records: GroupRecords,
): Promise<Map<string, string>> {
  const states = new Map<string, string>();
  for (const { InstanceId = '', LifecycleState = '' } of group.Instances ?? []) states.set(InstanceId, LifecycleState);
  if (group.WarmPoolConfiguration !== undefined) await addPool(autoScaling, group.AutoScalingGroupName ?? '', states);
  await addMissing(autoScaling, group.AutoScalingGroupName ?? '', records, states);
  return states;
}

async function addPool(autoScaling: AutoScaling, group: string, states: Map<string, string>): Promise<void> {
  let NextToken: string | undefined;
  do {
    const page = await autoScaling.describeWarmPool({
      AutoScalingGroupName: group,
      ...(NextToken !== undefined && { NextToken }),
    });
    for (const { InstanceId = '', LifecycleState = '' } of page.Instances ?? []) states.set(InstanceId, LifecycleState);
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
}

async function addMissing(
  autoScaling: AutoScaling,
  group: string,
  { members, holds, reserves }: GroupRecords,
  states: Map<string, string>,
): Promise<void> {
  const onRecord = [...members, ...holds, ...reserves].map(({ instanceId }) => instanceId);
  const missing = [...new Set(onRecord)].filter((instanceId) => !states.has(instanceId));
  for (const some of chunks(missing, instancesAtOnce)) {
    const answer = await autoScaling.describeAutoScalingInstances({ InstanceIds: some });
    for (const { InstanceId = '', LifecycleState = '', AutoScalingGroupName } of answer.AutoScalingInstances ?? []) {
      if (AutoScalingGroupName === group) states.set(InstanceId, LifecycleState);
    }
  }
}

/** The heartbeat timeouts of a group's lifecycle hooks, in seconds, by name. */
export async function readHooks(autoScaling: AutoScaling, group: string): Promise<Record<string, number>> {
  const { LifecycleHooks } = await autoScaling.describeLifecycleHooks({ AutoScalingGroupName: group });
  const hooks = (LifecycleHooks ?? []).map(
    ({ LifecycleHookName = '', HeartbeatTimeout = 3600 }) => [LifecycleHookName, HeartbeatTimeout] as const,
  );
  return Object.fromEntries(hooks);
}
