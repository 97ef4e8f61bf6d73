import { startActivity } from '../groups/activity';
import type { Activity } from '../groups/activity-entry';
import { memberOf, type Group, type GroupInstance } from '../groups/group';
import type { Movement } from '../groups/movement';
import { launchFailed } from './launch-failures';
import type { FlowDeps } from './flow-deps';

/** Ids to use instead of random ones, to reproduce an event that is on file. */
export interface LaunchWish {
  readonly instanceId?: string;
  readonly privateIp?: string;
  readonly subnetId?: string;
  /** Lifecycle action tokens, by hook. */
  readonly tokens?: Readonly<Record<string, string>>;
}

/** Where a new instance is to go. */
export interface Order {
  readonly movement: Movement;
  readonly cause: string;
  /** What the activity is called; the instance's id is added to it. */
  readonly description: string;
  readonly state: 'Pending' | 'Warmed:Pending';
  readonly wish?: LaunchWish;
}

/** A new instance and its launch. */
export interface Launch {
  readonly instance: GroupInstance;
  readonly activity: Activity;
}

/** How instances come to be: EC2 launches them, or refuses. */
export class Launches {
  readonly #deps: FlowDeps;

  constructor(deps: FlowDeps) {
    this.#deps = deps;
  }

  /** Launches one instance. `undefined` if EC2 refuses, which counts as a failed launch. */
  launch(group: Group, order: Order): Launch | undefined {
    const { context, ec2, wake } = this.#deps;
    const { wish = {}, description, cause } = order;
    const subnet = ec2.subnet(wish.subnetId ?? this.#emptiest(group));
    const details = { 'Subnet ID': subnet.id, 'Availability Zone': subnet.availabilityZone };
    try {
      const tags = { ...group.tags, 'aws:autoscaling:groupName': group.name };
      const { instanceTypes } = group;
      const type = instanceTypes[group.launched % Math.max(1, instanceTypes.length)];
      const ofType = type === undefined ? {} : { instanceType: type.instanceType };
      const { id, instanceType } = ec2.launch({ subnetId: subnet.id, tags, ...ofType, ...idsOf(wish) });
      const instance = memberOf(group, id, { subnet, instanceType }, context.clock.millis());
      group.launched += 1;
      instance.state = order.state;
      group.instances.set(id, instance);
      const activity = startActivity(context, group, { description: `${description}: ${id}`, cause, details });
      instance.arrival = activity;
      return { instance, activity };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const activity = startActivity(context, group, { description, cause, details });
      launchFailed(this.#deps, group, activity, { status: 'Failed', reason, movement: order.movement });
      wake(group);
      return undefined;
    }
  }

  /** The subnet with the fewest of the group's instances: the group balances its zones. */
  #emptiest(group: Group): string {
    const sizes = new Map<string, number>();
    for (const { subnetId } of group.instances.values()) sizes.set(subnetId, (sizes.get(subnetId) ?? 0) + 1);
    const size = (id: string) => sizes.get(id) ?? 0;
    return [...group.subnetIds].sort((left, right) => size(left) - size(right))[0] ?? '';
  }
}

function idsOf(wish: LaunchWish): { instanceId?: string; privateIp?: string } {
  return {
    ...(wish.instanceId === undefined ? {} : { instanceId: wish.instanceId }),
    ...(wish.privateIp === undefined ? {} : { privateIp: wish.privateIp }),
  };
}
