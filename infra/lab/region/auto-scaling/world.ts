import { NamedError } from '../../../../functions/shared/named-error';
import type { RegionContext } from '../context';
import type { Ec2World } from '../ec2/world';
import type { ElasticLoadBalancingWorld } from '../elastic-load-balancing/world';
import type { EventBus } from '../event-bridge/bus';
import type { Topics } from '../sns/topics';
import { at } from './activity';
import { Announcer } from './announcer';
import { Capacity } from './capacity';
import * as errors from './errors';
import type { Group, GroupInstance, GroupOptions } from './group';
import type { HookOptions, NotificationConfiguration, Process, Transition } from './group';
import { createGroup, hookOf, withHook } from './create-group';
import { watchHealth } from './health-watch';
import { Launches, type LaunchWish } from './launches';
import { LifecycleActions } from './lifecycle-actions';
import { Moves } from './moves';
import { InstanceWatch, type Parts } from './parts';
import { Terminations } from './terminations';
import { autoScalingTimings, type AutoScalingTimings } from './timings';

export interface Neighbours {
  readonly ec2: Ec2World;
  readonly loadBalancing: ElasticLoadBalancingWorld;
  readonly bus: EventBus;
  readonly topics: Topics;
}

/** The region's Auto Scaling groups. See SPEC.md. */
export class AutoScalingWorld {
  readonly #parts: Parts;
  readonly #groups = new Map<string, Group>();
  readonly #launches: Launches;
  readonly #terminations: Terminations;
  readonly #capacity: Capacity;
  readonly moves: Moves;

  constructor(context: RegionContext, neighbours: Neighbours, timings: Partial<AutoScalingTimings> = {}) {
    const announcer = new Announcer(context, neighbours.bus, neighbours.topics);
    this.#parts = {
      context,
      timings: { ...autoScalingTimings, ...timings },
      ec2: neighbours.ec2,
      loadBalancing: neighbours.loadBalancing,
      announcer,
      actions: new LifecycleActions(context, announcer),
      watch: new InstanceWatch(neighbours.ec2),
      wake: (group) => this.#capacity.wake(group),
    };
    this.#terminations = new Terminations(this.#parts);
    this.#launches = new Launches(this.#parts, this.#terminations);
    this.#capacity = new Capacity(this.#parts, this.#launches, this.#terminations);
    this.moves = new Moves(this.#parts);
    watchHealth(this.#parts, this.#terminations, (id) => this.member(id));
  }

  get actions(): LifecycleActions {
    return this.#parts.actions;
  }

  get groups(): readonly Group[] {
    return [...this.#groups.values()];
  }

  createGroup(options: GroupOptions): Group {
    if (this.#groups.has(options.name)) {
      throw new NamedError('GroupExists', `group "${options.name}" exists already`, { fault: 'bug' });
    }
    const group = createGroup(this.#parts.context, this.#parts.ec2, options);
    this.#groups.set(group.name, group);
    this.#parts.announcer.test(group);
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

  putHook(groupName: string, transition: Transition, options: HookOptions): void {
    const group = this.group(groupName);
    group.hooks = withHook(group.hooks, hookOf(transition, options));
  }

  deleteHook(groupName: string, hookName: string): void {
    const group = this.group(groupName);
    group.hooks = group.hooks.filter((hook) => hook.name !== hookName);
  }

  /** Sends the test notification, as AWS does whenever the configuration is put. */
  putNotification(groupName: string, notification: NotificationConfiguration): void {
    const group = this.group(groupName);
    group.notification = notification;
    this.#parts.announcer.test(group);
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
    if (desired > group.maxSize) throw errors.validation(sizeError(desired, 'above max', group.maxSize));
    if (desired < group.minSize) throw errors.validation(sizeError(desired, 'below min', group.minSize));
    const change = `changing the desired capacity from ${group.desired} to ${desired}`;
    group.request = at(this.#parts.context, `a user request explicitly set group desired capacity ${change}.`);
    group.desired = desired;
    this.#capacity.wake(group);
  }

  /** Raises the desired capacity by one and launches at once, with the given ids: reproduces an event on file. */
  launchInstance(groupName: string, wish: LaunchWish = {}): GroupInstance {
    const group = this.group(groupName);
    if (group.desired >= group.maxSize)
      throw errors.validation(sizeError(group.desired + 1, 'above max', group.maxSize));
    group.desired += 1;
    const cause = at(this.#parts.context, 'an instance was started in response to a user request.');
    const instance = this.#launches.launch(group, cause, wish);
    if (instance !== undefined) return instance;
    throw new NamedError('LaunchRefused', 'launches are refused at the moment', { fault: 'bug' });
  }

  /** Ends one instance in order, hooks and all; it is replaced unless the desired capacity goes down with it. */
  terminateInstance(instanceId: string, options: { decrement: boolean }): GroupInstance {
    const instance = this.member(instanceId);
    if (instance === undefined)
      throw errors.validation(`Instance Id not found - No managed instance found for instance ID ${instanceId}`);
    const { group } = instance;
    if (options.decrement) {
      if (group.desired <= group.minSize)
        throw errors.validation(sizeError(group.desired - 1, 'below min', group.minSize));
      group.desired -= 1;
    }
    const cause = at(this.#parts.context, 'an instance was taken out of service in response to a user request.');
    this.#terminations.terminate(instance, cause, { hooks: true });
    return instance;
  }
}

function sizeError(desired: number, where: string, bound: number): string {
  return `New SetDesiredCapacity value ${desired} is ${where} value ${bound} for the AutoScalingGroup.`;
}
