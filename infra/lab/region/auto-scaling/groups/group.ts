import type { LifecycleState } from '@aws-sdk/client-auto-scaling';
import type { Timer } from '../../../kernel/clock';
import type { Activity } from './activity-entry';

export type ActionResult = 'CONTINUE' | 'ABANDON';

export interface HookOptions {
  readonly name: string;
  /** Seconds, 30 to 7200. Default 3600. */
  readonly heartbeatTimeout?: number;
  /** What happens at the time-out. Default `ABANDON`, although the documentation of CDK says otherwise. */
  readonly defaultResult?: ActionResult;
  /** `NotificationMetadata`; a hook that has none leaves the field out of its events. */
  readonly metadata?: string;
}

export type Transition = 'autoscaling:EC2_INSTANCE_LAUNCHING' | 'autoscaling:EC2_INSTANCE_TERMINATING';

export interface Hook {
  readonly name: string;
  readonly transition: Transition;
  readonly heartbeatTimeout: number;
  readonly defaultResult: ActionResult;
  readonly metadata?: string;
}

export type TerminationPolicy = 'Default' | 'OldestInstance' | 'NewestInstance';

export type NotificationType =
  | 'autoscaling:EC2_INSTANCE_LAUNCH'
  | 'autoscaling:EC2_INSTANCE_LAUNCH_ERROR'
  | 'autoscaling:EC2_INSTANCE_TERMINATE'
  | 'autoscaling:EC2_INSTANCE_TERMINATE_ERROR'
  | 'autoscaling:TEST_NOTIFICATION';

export interface NotificationConfiguration {
  readonly topicArn: string;
  readonly types: readonly NotificationType[];
}

export interface WarmPoolOptions {
  /** Instances that the pool keeps however large the group is. Default 0. */
  readonly minSize?: number;
  /** The pool and the group together, in place of the group's maximum size; -1 is the same as none. */
  readonly maxGroupPreparedCapacity?: number;
  /** How ready instances rest. Default `Stopped`. */
  readonly state?: 'Stopped' | 'Running';
  /** Whether instances go back to the pool on scale-in. Default: they are terminated, and the pool launches new ones. */
  readonly reuseOnScaleIn?: boolean;
}

/** Processes that can be suspended here. */
export type Process = 'Launch' | 'Terminate' | 'AddToLoadBalancer';

/** An instance type, and how many units of capacity one of it is. */
export interface WeightedType {
  readonly instanceType: string;
  /** 1 to 999. */
  readonly weightedCapacity: number;
}

export interface GroupOptions {
  readonly name: string;
  readonly minSize?: number;
  readonly maxSize?: number;
  readonly desiredCapacity?: number;
  readonly launchHooks?: readonly HookOptions[];
  readonly terminateHooks?: readonly HookOptions[];
  readonly targetGroupArns?: readonly string[];
  /** Default: every subnet of the region. */
  readonly subnetIds?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly terminationPolicy?: TerminationPolicy;
  readonly notification?: NotificationConfiguration;
  readonly warmPool?: WarmPoolOptions;
  /** A mixed-instances group: the desired capacity counts units, of which each instance has as many as its type. */
  readonly instanceTypes?: readonly WeightedType[];
  /** `false`: events without `Origin` and `Destination`, as groups without a warm pool sent them until 2023. */
  readonly sendsOrigin?: boolean;
}

export interface Group {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Date;
  readonly subnetIds: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly sendsOrigin: boolean;
  /** Launches take turns through them; empty: one type, and the desired capacity counts instances. */
  readonly instanceTypes: readonly WeightedType[];
  readonly targetGroupArns: string[];
  /** With those of the warm pool. */
  readonly instances: Map<string, GroupInstance>;
  /** Newest last. */
  readonly activities: Activity[];
  readonly suspended: Set<Process>;
  minSize: number;
  maxSize: number;
  desired: number;
  hooks: readonly Hook[];
  terminationPolicy: TerminationPolicy;
  notification: NotificationConfiguration | undefined;
  warmPool: WarmPoolOptions | undefined;
  /** How many instances it has launched. */
  launched: number;
  /** What is to be done when its last instance is gone; set while the group is being deleted. */
  whenEmpty: (() => void) | undefined;
  /** Launches that have failed since the last one that succeeded. */
  failures: number;
  /** Held back until then (milliseconds), after failed launches. */
  launchesFrom: number;
  /** The request behind the next change of size, as a sentence. */
  request: string | undefined;
  /** When the group looks at itself next. */
  wake: Timer | undefined;
}

/** An instance as a member of its group. */
export interface GroupInstance {
  readonly id: string;
  readonly group: Group;
  readonly availabilityZone: string;
  readonly subnetId: string;
  readonly joinedAt: number;
  /** Units of capacity; `undefined` in a group without weights. */
  readonly weight: number | undefined;
  state: LifecycleState;
  healthy: boolean;
  protectedFromScaleIn: boolean;
  /** Whether the group itself has registered it with its target groups: it deregisters only what it registered. */
  registered: boolean;
  /** What brings it to where it is or goes: a launch, a return, an attachment, a new root volume. */
  arrival: Activity | undefined;
}

/** A new member, `Pending`. */
export function memberOf(
  group: Group,
  id: string,
  { subnet, instanceType }: { subnet: { id: string; availabilityZone: string }; instanceType: string | undefined },
  now: number,
): GroupInstance {
  return {
    id,
    group,
    availabilityZone: subnet.availabilityZone,
    subnetId: subnet.id,
    joinedAt: now,
    weight: group.instanceTypes.find((type) => type.instanceType === instanceType)?.weightedCapacity,
    state: 'Pending',
    healthy: true,
    protectedFromScaleIn: false,
    registered: false,
    arrival: undefined,
  };
}

/**
 * Whether the instance counts for the desired capacity. One that gets a new root volume does: the point of it is that
 * no other is launched meanwhile.
 */
export function counts({ state }: GroupInstance): boolean {
  return state === 'InService' || /^(Pending|ReplacingRootVolume|RootVolumeReplaced)/.test(state);
}

export function activeInstances(group: Group): GroupInstance[] {
  return [...group.instances.values()].filter(counts);
}

/** How much of the desired capacity they are: as many as they are, or with weights the sum of their units. */
export function capacityOf(instances: readonly Pick<GroupInstance, 'weight'>[]): number {
  return instances.reduce((sum, { weight = 1 }) => sum + weight, 0);
}

/** Whether the instance is in the warm pool, or on its way into it or to its end there. */
export function isWarm({ state }: GroupInstance): boolean {
  return state.startsWith('Warmed:');
}

/** Whether the instance is about to end. */
export function isLeaving({ state }: GroupInstance): boolean {
  return /^(Warmed:)?Terminating/.test(state);
}
