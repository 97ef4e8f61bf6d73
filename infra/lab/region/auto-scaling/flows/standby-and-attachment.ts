import { draw } from '../../base/duration';
import { at, detailsOf, endActivity, startActivity } from '../groups/activity';
import type { Activity } from '../groups/activity-entry';
import * as errors from '../groups/errors';
import { activeInstances, capacityOf, memberOf, type Group, type GroupInstance } from '../groups/group';
import { putInService, takeOutOfService } from './into-service';
import { movements } from '../groups/movement';
import { requireMember, sizeText } from '../groups/members';
import type { FlowDeps } from './flow-deps';
import type { Terminations } from './terminations';

/** Standby and attachment: no hook runs, yet the notification is that of a launch. */
export class StandbyAndAttachment {
  readonly #deps: FlowDeps;
  readonly #terminations: Terminations;

  constructor(deps: FlowDeps, terminations: Terminations) {
    this.#deps = deps;
    this.#terminations = terminations;
  }

  enterStandby(group: Group, ids: readonly string[], decrement: boolean): Activity[] {
    const instances = ids.map((id) => requireMember(group, id, ['InService']));
    if (decrement && group.desired - ids.length < group.minSize)
      throw errors.validationError(sizeText(group, ids.length));
    if (decrement) group.desired -= ids.length;
    return instances.map((instance) => this.#toStandby(instance));
  }

  exitStandby(group: Group, ids: readonly string[]): Activity[] {
    const instances = ids.map((id) => requireMember(group, id, ['Standby']));
    if (group.desired + ids.length > group.maxSize) throw errors.validationError(sizeText(group, ids.length));
    return instances.map((instance) => this.#fromStandby(instance));
  }

  attach(group: Group, ids: readonly string[]): void {
    const found = ids.map((id) => this.#attachable(id));
    if (group.desired + ids.length > group.maxSize) throw errors.validationError(sizeText(group, ids.length));
    found.forEach((id) => this.#attach(group, id));
  }

  #toStandby(instance: GroupInstance): Activity {
    const { context, timings, wake } = this.#deps;
    const size = activeInstances(instance.group).length;
    const activity = this.#start(instance, {
      description: `Moving EC2 instance to Standby: ${instance.id}`,
      cause: `instance ${instance.id} was moved to standby in response to a user request, shrinking the capacity from ${size} to ${size - 1}.`,
    });
    instance.state = 'EnteringStandby';
    const drainedAt = takeOutOfService(this.#deps, instance);
    const settling = draw(context.random, timings.proceedMs);
    context.clock.after(drainedAt - context.clock.millis() + settling, () => {
      if (instance.state !== 'EnteringStandby') return;
      instance.state = 'Standby';
      endActivity(context, activity, 'Successful');
    });
    wake(instance.group);
    return activity;
  }

  #fromStandby(instance: GroupInstance): Activity {
    const { group } = instance;
    const size = activeInstances(group).length;
    group.desired += 1;
    const activity = this.#start(instance, {
      description: `Moving EC2 instance out of Standby: ${instance.id}`,
      cause: `instance ${instance.id} was moved out of standby in response to a user request, increasing the capacity from ${size} to ${size + 1}.`,
      status: 'PreInService',
    });
    this.#comeIn(instance, activity);
    return activity;
  }

  #attach(group: Group, id: string): void {
    const { context, ec2 } = this.#deps;
    const { subnet, instanceType } = ec2.instance(id);
    const instance = memberOf(group, id, { subnet, instanceType }, context.clock.millis());
    group.desired += capacityOf([instance]);
    group.instances.set(id, instance);
    ec2.writeTags(id, { ...group.tags, 'aws:autoscaling:groupName': group.name });
    const activity = startActivity(context, group, {
      description: `Attaching an existing EC2 instance: ${id}`,
      cause: at(
        context,
        `an instance was added in response to user request. Keeping the capacity at the new ${group.desired}.`,
      ),
      // Unlike a launch's, these details have no subnet.
      details: { 'Availability Zone': subnet.availabilityZone },
    });
    this.#comeIn(instance, activity);
  }

  #comeIn(instance: GroupInstance, activity: Activity): void {
    instance.state = 'Pending';
    instance.arrival = activity;
    if (this.#hasEnded(instance)) return;
    putInService(this.#deps, instance, () => {
      endActivity(this.#deps.context, activity, 'Successful');
      // It counts for more than the one by which the desired capacity was raised: another one may be too many now.
      if (capacityOf([instance]) > 1) this.#deps.wake(instance.group);
      this.#deps.announcer.launched(instance.group, instance.id, activity, movements.launch);
    });
  }

  /** Health is looked at again from here on: one that was ended in Standby is found out. */
  #hasEnded(instance: GroupInstance): boolean {
    const { context, ec2, timings } = this.#deps;
    const state = ec2.find(instance.id)?.state.current ?? 'terminated';
    if (state !== 'shutting-down' && state !== 'terminated') return false;
    const cause = at(context, 'an instance was found to have ended while it was in Standby.');
    context.clock.after(draw(context.random, timings.noticeMs), () => this.#terminations.lose(instance, cause));
    return true;
  }

  #start(
    instance: GroupInstance,
    start: { description: string; cause: string; status?: Activity['status'] },
  ): Activity {
    const { context } = this.#deps;
    return startActivity(context, instance.group, {
      ...start,
      cause: at(context, start.cause),
      details: detailsOf(instance),
    });
  }

  #attachable(id: string): string {
    const instance = this.#deps.ec2.find(id);
    if (instance === undefined) throw errors.validationError(`Invalid Instance ID(s): [${id}] supplied.`);
    if (instance.state.current !== 'running') {
      throw errors.validationError(
        `The instance ${id} is in correct state: ${instance.state.current}. Only running instances can be attached.`,
      );
    }
    return id;
  }
}
