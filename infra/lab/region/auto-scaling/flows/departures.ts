import { draw } from '../../base/duration';
import { at, detailsOf, endActivity, startActivity } from '../groups/activity';
import type { Activity } from '../groups/activity-entry';
import * as errors from '../groups/errors';
import { activeInstances, capacityOf, counts, type Group, type GroupInstance } from '../groups/group';
import { takeOutOfService } from './into-service';
import { movements } from '../groups/movement';
import { requireMember, sizeText } from '../groups/members';
import type { FlowDeps } from './flow-deps';
import type { Terminations } from './terminations';

// What one call takes.
const mostAtOnce = 20;

/** How instances leave a group without being terminated by it, and how groups end. No hook is asked in either case. */
export class Departures {
  readonly #deps: FlowDeps;
  readonly #terminations: Terminations;

  constructor(deps: FlowDeps, terminations: Terminations) {
    this.#deps = deps;
    this.#terminations = terminations;
  }

  /**
   * Takes instances out of the group: they continue running, and belong to no group. They are replaced unless
   * `decrement`.
   */
  detach(group: Group, ids: readonly string[], decrement: boolean): Activity[] {
    if (ids.length > mostAtOnce)
      throw errors.validationError(`at most ${mostAtOnce} instances can be detached at once`);
    const instances = ids.map((id) => requireMember(group, id, ['InService', 'Standby']));
    const fewer = decrement ? capacityOf(instances.filter(counts)) : 0;
    if (decrement && group.desired - fewer < group.minSize) throw errors.validationError(sizeText(group, ids.length));
    group.desired -= fewer;
    return instances.map((instance) => this.#detach(instance));
  }

  /** Ends a group. With instances in it only by `force`, and then they end with it. `gone`: when nothing is left. */
  deleteGroup(group: Group, force: boolean, gone: () => void): void {
    const { context } = this.#deps;
    const instances = [...group.instances.values()];
    if (!force && instances.length > 0) throw errors.groupHasInstances();
    if (!force && group.activities.some(({ endedAt }) => endedAt === undefined)) throw errors.groupIsBusy();
    group.minSize = 0;
    group.desired = 0;
    group.warmPool = undefined;
    group.whenEmpty = () => {
      group.wake?.cancel();
      gone();
    };
    const cause = at(context, 'an instance was taken out of service in response to a group deletion.');
    for (const instance of instances) this.#terminations.terminate(instance, cause, { hooks: false });
    if (instances.length === 0) group.whenEmpty();
  }

  #detach(instance: GroupInstance): Activity {
    const { context, timings, wake } = this.#deps;
    const { group, id } = instance;
    const size = capacityOf(activeInstances(group));
    const less = counts(instance) ? capacityOf([instance]) : 0;
    const how = `shrinking the capacity from ${size} to ${size - less}.`;
    const activity = startActivity(context, group, {
      description: `Detaching EC2 instance: ${id}`,
      cause: at(context, `instance ${id} was detached in response to a user request, ${how}`),
      details: detailsOf(instance),
    });
    instance.state = 'Detaching';
    const drainedAt = takeOutOfService(this.#deps, instance);
    const settling = draw(context.random, timings.proceedMs);
    context.clock.after(drainedAt - context.clock.millis() + settling, () => this.#leave(instance, activity));
    wake(group);
    return activity;
  }

  #leave(instance: GroupInstance, activity: Activity): void {
    const { context, ec2, announcer } = this.#deps;
    const { group, id } = instance;
    if (instance.state !== 'Detaching' || !group.instances.delete(id)) return;
    if (ec2.find(id) !== undefined) ec2.removeTags(id, ['aws:autoscaling:groupName']);
    endActivity(context, activity, 'Successful');
    announcer.terminated(group, id, activity, movements.end);
    if (group.instances.size === 0) group.whenEmpty?.();
  }
}
