import { NamedError } from '../../../../functions/shared/named-error';
import type { RegionContext } from '../base/context';
import { interruptSpot, type Interruption } from '../ec2/spot';
import type { Ec2World } from '../ec2/world';
import type { ElasticLoadBalancingWorld } from '../elastic-load-balancing/world';
import type { EventBus } from '../event-bridge/bus';
import type { Topics } from '../sns/topics';
import { at } from './groups/activity';
import type { Activity } from './groups/activity-entry';
import { Announcer } from './announce/announcer';
import { Arrivals } from './flows/arrivals';
import { Capacity } from './capacity/capacity';
import { Departures } from './flows/departures';
import * as errors from './groups/errors';
import { isWarm, type Group, type GroupInstance, type GroupOptions, type WarmPoolOptions } from './groups/group';
import type { HookOptions, NotificationConfiguration, Process, Transition } from './groups/group';
import { createGroup, hookOf, withHook } from './groups/create-group';
import { watchHealth } from './capacity/health-watch';
import { Launches, type LaunchWish } from './flows/launches';
import { LifecycleActions } from './hooks/lifecycle-actions';
import { StandbyAndAttachment } from './flows/standby-and-attachment';
import type { FlowDeps } from './flows/flow-deps';
import { InstanceWatch } from './flows/instance-watch';
import { RootVolumes } from './flows/root-volumes';
import { Terminations } from './flows/terminations';
import { autoScalingTimings, type AutoScalingTimings } from './flows/timings';
import { WarmPool } from './warm-pool/warm-pool';

export interface Neighbours {
  readonly ec2: Ec2World;
  readonly loadBalancing: ElasticLoadBalancingWorld;
  readonly bus: EventBus;
  readonly topics: Topics;
}

/** The region's Auto Scaling groups. See SPEC.md. */
export class AutoScalingWorld {
  readonly #deps: FlowDeps;
  readonly #groups = new Map<string, Group>();
  readonly #bus: EventBus;
  readonly #arrivals: Arrivals;
  readonly #terminations: Terminations;
  readonly #warmPool: WarmPool;
  readonly #rootVolumes: RootVolumes;
  readonly #capacity: Capacity;
  readonly standby: StandbyAndAttachment;
  readonly #departures: Departures;

  constructor(context: RegionContext, neighbours: Neighbours, timings: Partial<AutoScalingTimings> = {}) {
    this.#bus = neighbours.bus;
    const announcer = new Announcer(context, neighbours.bus, neighbours.topics);
    this.#deps = {
      context,
      timings: { ...autoScalingTimings, ...timings },
      ec2: neighbours.ec2,
      loadBalancing: neighbours.loadBalancing,
      announcer,
      actions: new LifecycleActions(context, announcer),
      watch: new InstanceWatch(neighbours.ec2),
      wake: (group) => this.#capacity.wake(group),
    };
    this.#terminations = new Terminations(this.#deps);
    const launches = new Launches(this.#deps);
    this.#arrivals = new Arrivals(this.#deps, launches, this.#terminations);
    const flows = { arrivals: this.#arrivals, terminations: this.#terminations };
    this.#warmPool = new WarmPool(this.#deps, { ...flows, launches });
    this.#capacity = new Capacity(this.#deps, { ...flows, warmPool: this.#warmPool });
    this.#rootVolumes = new RootVolumes(this.#deps, this.#arrivals, this.#terminations);
    this.standby = new StandbyAndAttachment(this.#deps, this.#terminations);
    this.#departures = new Departures(this.#deps, this.#terminations);
    watchHealth(this.#deps, this.#terminations, (id) => this.member(id));
  }

  get actions(): LifecycleActions {
    return this.#deps.actions;
  }

  get groups(): readonly Group[] {
    return [...this.#groups.values()];
  }

  createGroup(options: GroupOptions): Group {
    if (this.#groups.has(options.name)) {
      throw new NamedError('GroupExists', `group "${options.name}" exists already`, { fault: 'bug' });
    }
    const group = createGroup(this.#deps.context, this.#deps.ec2, options);
    this.#groups.set(group.name, group);
    this.#deps.announcer.test(group);
    this.#capacity.wake(group);
    return group;
  }

  /** The group, or the error that its callers meet. */
  group(name: string | undefined): Group {
    const group = this.#groups.get(name ?? '');
    if (group === undefined) throw errors.groupNotFound();
    return group;
  }

  /** The instance as a member of whichever group it is in. */
  member(instanceId: string): GroupInstance | undefined {
    for (const group of this.#groups.values()) {
      const instance = group.instances.get(instanceId);
      if (instance !== undefined) return instance;
    }
    return undefined;
  }

  /** Takes instances out of their group; they continue running. They are replaced unless `decrement`. */
  detachInstances(groupName: string, ids: readonly string[], options: { decrement: boolean }): readonly Activity[] {
    return this.#departures.detach(this.group(groupName), ids, options.decrement);
  }

  /** Deletes a group that has no instances; with `force` its instances end with it, and no hook is asked. */
  deleteGroup(groupName: string, options: { force: boolean }): void {
    this.#departures.deleteGroup(this.group(groupName), options.force, () => this.#groups.delete(groupName));
  }

  putHook(groupName: string, transition: Transition, options: HookOptions): void {
    const group = this.group(groupName);
    group.hooks = withHook(group.hooks, hookOf(transition, options));
  }

  /** Ends what waits in the hook first, as AWS does. */
  deleteHook(groupName: string, hookName: string): void {
    const group = this.group(groupName);
    const gone = group.hooks.filter((hook) => hook.name === hookName);
    group.hooks = group.hooks.filter((hook) => hook.name !== hookName);
    for (const hook of gone) this.actions.endAll(groupName, hook);
  }

  /** Sends the test notification, as AWS does whenever the configuration is put. */
  putNotification(groupName: string, notification: NotificationConfiguration): void {
    const group = this.group(groupName);
    group.notification = notification;
    this.#deps.announcer.test(group);
  }

  /** Adds a warm pool or changes its settings. Instances that rest already stay as they are. */
  putWarmPool(groupName: string, options: WarmPoolOptions): void {
    const group = this.group(groupName);
    group.warmPool = options;
    this.#capacity.wake(group);
  }

  /** Ends every instance of the warm pool in order, and the pool with them. */
  deleteWarmPool(groupName: string): void {
    this.#warmPool.dissolve(this.group(groupName));
  }

  suspend(groupName: string, ...processes: Process[]): void {
    processes.forEach((process) => this.group(groupName).suspended.add(process));
  }

  resume(groupName: string, ...processes: Process[]): void {
    const group = this.group(groupName);
    processes.forEach((process) => group.suspended.delete(process));
    this.#capacity.wake(group);
  }

  setDesiredCapacity(groupName: string, desired: number): void {
    const group = this.group(groupName);
    if (desired > group.maxSize) throw errors.validationError(sizeError(desired, 'above max', group.maxSize));
    if (desired < group.minSize) throw errors.validationError(sizeError(desired, 'below min', group.minSize));
    const change = `changing the desired capacity from ${group.desired} to ${desired}`;
    group.request = at(this.#deps.context, `a user request explicitly set group desired capacity ${change}.`);
    group.desired = desired;
    this.#capacity.wake(group);
  }

  /** Raises the desired capacity by one and launches at once, with the given ids: reproduces an event on file. */
  launchInstance(groupName: string, wish: LaunchWish = {}): GroupInstance {
    const group = this.group(groupName);
    if (group.desired >= group.maxSize)
      throw errors.validationError(sizeError(group.desired + 1, 'above max', group.maxSize));
    group.desired += 1;
    const cause = at(this.#deps.context, 'an instance was started in response to a user request.');
    const instance = this.#arrivals.launch(group, cause, wish);
    if (instance !== undefined) return instance;
    throw new NamedError('LaunchRefused', 'launches are refused at the moment', { fault: 'bug' });
  }

  /** Ends one instance in order, hooks and all; it is replaced unless the desired capacity goes down with it. */
  terminateInstance(instanceId: string, options: { decrement: boolean }): GroupInstance {
    const instance = this.member(instanceId);
    if (instance === undefined) throw notManaged(instanceId);
    if (isWarm(instance)) throw errors.validationError(`The instance ${instanceId} is in a warm pool.`);
    const { group } = instance;
    if (options.decrement) {
      if (group.desired <= group.minSize)
        throw errors.validationError(sizeError(group.desired - 1, 'below min', group.minSize));
      group.desired -= 1;
    }
    const cause = at(this.#deps.context, 'an instance was taken out of service in response to a user request.');
    this.#terminations.terminate(instance, cause, { hooks: true });
    return instance;
  }

  /** Gives an instance in service a new root volume, as an instance refresh of that strategy does one by one. */
  replaceRootVolume(instanceId: string): void {
    const instance = this.member(instanceId);
    if (instance === undefined) throw notManaged(instanceId);
    this.#rootVolumes.replace(instance);
  }

  /** EC2 takes an instance back. The group does nothing about it before its health check finds it gone. */
  interruptSpot(instanceId: string, interruption: Interruption = {}): void {
    const { context, ec2 } = this.#deps;
    interruptSpot({ context, ec2, bus: this.#bus }, instanceId, interruption);
  }
}

function sizeError(desired: number, where: string, bound: number): string {
  return `New SetDesiredCapacity value ${desired} is ${where} value ${bound} for the AutoScalingGroup.`;
}

function notManaged(instanceId: string): Error {
  return errors.validationError(`Instance Id not found - No managed instance found for instance ID ${instanceId}`);
}
