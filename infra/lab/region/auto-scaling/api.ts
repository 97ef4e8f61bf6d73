import type * as sdk from '@aws-sdk/client-auto-scaling';
import type { AutoScaling } from '../../../../functions/fleet/ports/aws';
import type { Ec2World } from '../ec2/world';
import { describeActivity } from './groups/activity';
import { describeGroup, describeHook, describeInstance, describeMember, describeWarmPool } from './describe';
import * as errors from './groups/errors';
import { isWarm, type Group, type GroupInstance, type ActionResult } from './groups/group';
import { recordsPage } from './groups/paging';
import type { AutoScalingWorld } from './world';

type Output<T> = Omit<T, '$metadata'>;

/** Amazon EC2 Auto Scaling as its callers see it: the port, and the calls of operators and of other tools. */
export class AutoScalingApi implements AutoScaling {
  readonly #ec2: Ec2World;
  readonly #world: AutoScalingWorld;

  constructor(ec2: Ec2World, world: AutoScalingWorld) {
    this.#ec2 = ec2;
    this.#world = world;
  }

  async describeAutoScalingGroups(
    input: sdk.DescribeAutoScalingGroupsCommandInput,
  ): Promise<Output<sdk.DescribeAutoScalingGroupsCommandOutput>> {
    const names = input.AutoScalingGroupNames ?? [];
    // Unknown names are omitted, not refused.
    const found = this.#world.groups.filter(
      (group) => (names.length === 0 || names.includes(group.name)) && hasTags(group, input.Filters ?? []),
    );
    const { items, next } = recordsPage(found, input.MaxRecords ?? 50, input.NextToken);
    return { AutoScalingGroups: items.map((group) => describeGroup(group, this.#ec2)), ...next };
  }

  async describeAutoScalingInstances(
    input: sdk.DescribeAutoScalingInstancesCommandInput,
  ): Promise<Output<sdk.DescribeAutoScalingInstancesCommandOutput>> {
    const ids = input.InstanceIds ?? [];
    if (ids.length > 50)
      throw errors.validationError('The number of instance ids that may be passed in is limited to 50');
    const { items, next } = recordsPage(this.#members(ids), input.MaxRecords ?? 50, input.NextToken);
    return { AutoScalingInstances: items.map(describeInstance), ...next };
  }

  async describeLifecycleHooks(
    input: sdk.DescribeLifecycleHooksCommandInput,
  ): Promise<Output<sdk.DescribeLifecycleHooksCommandOutput>> {
    const group = this.#world.group(input.AutoScalingGroupName);
    const hooks = group.hooks.filter((hook) => input.LifecycleHookNames?.includes(hook.name) ?? true);
    return { LifecycleHooks: hooks.map((hook) => describeHook(group, hook)) };
  }

  async describeScalingActivities(
    input: sdk.DescribeScalingActivitiesCommandInput,
  ): Promise<Output<sdk.DescribeScalingActivitiesCommandOutput>> {
    const group = this.#world.group(input.AutoScalingGroupName);
    const ids = input.ActivityIds ?? [];
    const newestFirst = group.activities.filter((activity) => ids.length === 0 || ids.includes(activity.id)).reverse();
    const { items, next } = recordsPage(newestFirst, input.MaxRecords ?? 100, input.NextToken);
    return { Activities: items.map((activity) => describeActivity(group, activity)), ...next };
  }

  async describeWarmPool(input: sdk.DescribeWarmPoolCommandInput): Promise<Output<sdk.DescribeWarmPoolCommandOutput>> {
    const { instances, warmPool } = this.#world.group(input.AutoScalingGroupName);
    const { items, next } = recordsPage(
      [...instances.values()].filter(isWarm),
      input.MaxRecords ?? 50,
      input.NextToken,
    );
    const configuration = warmPool === undefined ? {} : { WarmPoolConfiguration: describeWarmPool(warmPool) };
    return { ...configuration, Instances: items.map(describeMember), ...next };
  }

  async completeLifecycleAction(input: sdk.CompleteLifecycleActionCommandInput): Promise<object> {
    this.#world.actions.complete(selectorOf(input), resultOf(input.LifecycleActionResult));
    return {};
  }

  async recordLifecycleActionHeartbeat(input: sdk.RecordLifecycleActionHeartbeatCommandInput): Promise<object> {
    this.#world.actions.heartbeat(selectorOf(input));
    return {};
  }

  async setDesiredCapacity(input: sdk.SetDesiredCapacityCommandInput): Promise<object> {
    this.#world.setDesiredCapacity(input.AutoScalingGroupName ?? '', input.DesiredCapacity ?? 0);
    return {};
  }

  async enterStandby(input: sdk.EnterStandbyCommandInput): Promise<Output<sdk.EnterStandbyCommandOutput>> {
    const group = this.#world.group(input.AutoScalingGroupName);
    const decrement = input.ShouldDecrementDesiredCapacity ?? false;
    const activities = this.#world.standby.enterStandby(group, input.InstanceIds ?? [], decrement);
    return { Activities: activities.map((activity) => describeActivity(group, activity)) };
  }

  async exitStandby(input: sdk.ExitStandbyCommandInput): Promise<Output<sdk.ExitStandbyCommandOutput>> {
    const group = this.#world.group(input.AutoScalingGroupName);
    const activities = this.#world.standby.exitStandby(group, input.InstanceIds ?? []);
    return { Activities: activities.map((activity) => describeActivity(group, activity)) };
  }

  async attachInstances(input: sdk.AttachInstancesCommandInput): Promise<object> {
    const ids = input.InstanceIds ?? [];
    const taken = ids.find((id) => this.#world.member(id) !== undefined);
    if (taken !== undefined)
      throw errors.validationError(`Instance ${taken} is already part of an Auto Scaling group.`);
    this.#world.standby.attach(this.#world.group(input.AutoScalingGroupName), ids);
    return {};
  }

  async detachInstances(input: sdk.DetachInstancesCommandInput): Promise<Output<sdk.DetachInstancesCommandOutput>> {
    const name = input.AutoScalingGroupName ?? '';
    const decrement = input.ShouldDecrementDesiredCapacity ?? false;
    const activities = this.#world.detachInstances(name, input.InstanceIds ?? [], { decrement });
    return { Activities: activities.map((activity) => describeActivity(this.#world.group(name), activity)) };
  }

  async deleteAutoScalingGroup(input: sdk.DeleteAutoScalingGroupCommandInput): Promise<object> {
    this.#world.deleteGroup(input.AutoScalingGroupName ?? '', { force: input.ForceDelete ?? false });
    return {};
  }

  async terminateInstanceInAutoScalingGroup(
    input: sdk.TerminateInstanceInAutoScalingGroupCommandInput,
  ): Promise<Output<sdk.TerminateInstanceInAutoScalingGroupCommandOutput>> {
    const decrement = input.ShouldDecrementDesiredCapacity ?? false;
    const { group } = this.#world.terminateInstance(input.InstanceId ?? '', { decrement });
    const activity = group.activities.at(-1);
    return activity === undefined ? {} : { Activity: describeActivity(group, activity) };
  }

  /** Ids that no group has are silently omitted. */
  #members(ids: readonly string[]): GroupInstance[] {
    if (ids.length === 0) return this.#world.groups.flatMap((group) => [...group.instances.values()]);
    return ids.map((id) => this.#world.member(id)).filter((instance) => instance !== undefined);
  }
}

function selectorOf(input: sdk.CompleteLifecycleActionCommandInput | sdk.RecordLifecycleActionHeartbeatCommandInput) {
  return {
    groupName: input.AutoScalingGroupName ?? '',
    hookName: input.LifecycleHookName ?? '',
    token: input.LifecycleActionToken,
    instanceId: input.InstanceId,
  };
}

function resultOf(text: string | undefined): ActionResult {
  if (text === 'CONTINUE' || text === 'ABANDON') return text;
  throw errors.validationError('LifecycleActionResult must be one of [CONTINUE, ABANDON]');
}

function hasTags(group: Group, filters: readonly sdk.Filter[]): boolean {
  return filters.every(({ Name = '', Values = [] }) => {
    if (Name === 'tag-key') return Object.keys(group.tags).some((key) => Values.includes(key));
    if (Name === 'tag-value') return Object.values(group.tags).some((value) => Values.includes(value));
    if (Name.startsWith('tag:')) return Values.includes(group.tags[Name.slice('tag:'.length)] ?? '');
    throw errors.validationError(
      `Filter type ${Name} is not correct. Allowed filter types are: tag-key, tag-value, tag:<key>`,
    );
  });
}
