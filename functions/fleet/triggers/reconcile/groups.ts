import type { AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import { chunks } from '../../../shared/lists';
import type { Hook } from '../../domain/reconcile/hooks';
import { answered } from '../../resources/instance';
import { toHook } from '../../resources/hook';
import type { AutoScaling } from '../../ports/aws';
import type { GroupRecords } from '../../ledger/port';

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
    await eachPage(async (token) => {
      const page = await autoScaling.describeAutoScalingGroups({
        AutoScalingGroupNames: some,
        MaxRecords: 100,
        ...token,
      });
      for (const group of answered(page.AutoScalingGroups, 'the groups')) {
        groups.set(group.AutoScalingGroupName ?? '', group);
      }
      return page.NextToken;
    });
  }
  return groups;
}

/**
 * The lifecycle states of a group's instances, those of its warm pool among them.
 *
 * An instance that the ledger has and the group does not show is looked up once more by its id: what follows from being
 * gone cannot be undone.
 */
export async function readStates(
  autoScaling: AutoScaling,
  group: AutoScalingGroup,
  records: GroupRecords,
): Promise<Map<string, string>> {
  const states = new Map<string, string>();
  for (const one of group.Instances ?? []) note(states, one);
  if (group.WarmPoolConfiguration !== undefined) await addPool(autoScaling, group.AutoScalingGroupName ?? '', states);
  await addMissing(autoScaling, group.AutoScalingGroupName ?? '', records, states);
  return states;
}

async function addPool(autoScaling: AutoScaling, group: string, states: Map<string, string>): Promise<void> {
  await eachPage(async (token) => {
    const page = await autoScaling.describeWarmPool({ AutoScalingGroupName: group, ...token });
    for (const one of answered(page.Instances, `the instances of the warm pool of ${group}`)) note(states, one);
    return page.NextToken;
  });
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
    await eachPage(async (token) => {
      const page = await autoScaling.describeAutoScalingInstances({ InstanceIds: some, ...token });
      for (const one of answered(page.AutoScalingInstances, `the instances of ${group}`)) {
        if (one.AutoScalingGroupName === group) note(states, one);
      }
      return page.NextToken;
    });
  }
}

/** All lifecycle hooks of a group, 50 at most: one call. */
export async function readHooks(autoScaling: AutoScaling, group: string): Promise<Hook[]> {
  const { LifecycleHooks } = await autoScaling.describeLifecycleHooks({ AutoScalingGroupName: group });
  return answered(LifecycleHooks, `the hooks of ${group}`).map(toHook);
}

interface ListedInstance {
  readonly InstanceId?: string | undefined;
  readonly LifecycleState?: string | undefined;
}

function note(states: Map<string, string>, { InstanceId, LifecycleState }: ListedInstance): void {
  const instanceId = answered(InstanceId, "an instance's id");
  states.set(instanceId, answered(LifecycleState, `the lifecycle state of ${instanceId}`));
}

/** All pages: an instance on a page that was not read would pass for gone. */
async function eachPage(read: (token: { readonly NextToken?: string }) => Promise<string | undefined>): Promise<void> {
  for (let next = await read({}); next !== undefined;) next = await read({ NextToken: next });
}
