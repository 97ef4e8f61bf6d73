import { draw } from '../../base/duration';
import { detailsOf, endActivity, startActivity } from '../groups/activity';
import type { Activity } from '../groups/activity-entry';
import { isLeaving, isWarm, type GroupInstance } from '../groups/group';
import { askHooks } from '../hooks/hooks';
import { takeOutOfService } from './into-service';
import { movements, type Movement } from '../groups/movement';
import type { FlowDeps } from './flow-deps';

/** How instances go: out of the target groups, drained, hooks, termination. */
export class Terminations {
  readonly #deps: FlowDeps;

  constructor(deps: FlowDeps) {
    this.#deps = deps;
  }

  /** Ends an instance in order. `hooks: false` skips the terminate hooks. */
  terminate(instance: GroupInstance, cause: string, { hooks }: { hooks: boolean }): void {
    const { context, actions } = this.#deps;
    if (isLeaving(instance)) return;
    actions.cancel(instance);
    instance.state = `${placeOf(instance)}Terminating`;
    const activity = this.#depart(instance, cause);
    // The group drains before it asks the terminate hooks.
    const drainedAt = takeOutOfService(this.#deps, instance);
    context.clock.after(drainedAt - context.clock.millis(), () => this.#enterHooks(instance, activity, hooks));
    this.#deps.wake(instance.group);
  }

  /** Removes an instance that was ended, or stopped, from outside. No hook is asked: it is gone, or goes now. */
  lose(instance: GroupInstance, cause: string): void {
    if (!instance.group.instances.has(instance.id)) return;
    this.#deps.actions.cancel(instance);
    const activity = this.#depart(instance, cause);
    takeOutOfService(this.#deps, instance);
    instance.healthy = false;
    instance.state = `${placeOf(instance)}Terminating`;
    this.#leave(instance, activity);
    this.#deps.ec2.terminate(instance.id);
    this.#deps.wake(instance.group);
  }

  #depart(instance: GroupInstance, cause: string): Activity {
    const { arrival } = instance;
    if (arrival !== undefined && arrival.endedAt === undefined) {
      endActivity(this.#deps.context, arrival, 'Cancelled', 'The instance left the group before it was in service.');
    }
    return startActivity(this.#deps.context, instance.group, {
      description: `Terminating EC2 instance${isWarm(instance) ? ' from warm pool' : ''}: ${instance.id}`,
      cause,
      details: detailsOf(instance),
    });
  }

  #enterHooks(instance: GroupInstance, activity: Activity, ask: boolean): void {
    const place = placeOf(instance);
    if (!ask) {
      this.#proceed(instance, activity);
      return;
    }
    const stop = {
      transition: 'autoscaling:EC2_INSTANCE_TERMINATING',
      movement: movementOf(instance),
      wait: `${place}Terminating:Wait`,
      proceed: `${place}Terminating:Proceed`,
    } as const;
    // Either result lets the instance go; ABANDON only does not wait for the other hooks.
    askHooks(this.#deps, instance, stop, () => this.#proceed(instance, activity));
  }

  #proceed(instance: GroupInstance, activity: Activity): void {
    const { context, timings, ec2, watch } = this.#deps;
    instance.state = `${placeOf(instance)}Terminating:Proceed`;
    context.clock.after(draw(context.random, timings.terminateMs), () => {
      watch.when(instance.id, 'terminated', () => this.#leave(instance, activity));
      ec2.terminate(instance.id);
    });
  }

  #leave(instance: GroupInstance, activity: Activity): void {
    const { group, id } = instance;
    if (!group.instances.delete(id)) return;
    endActivity(this.#deps.context, activity, 'Successful');
    this.#deps.announcer.terminated(group, id, activity, movementOf(instance));
    if (group.instances.size === 0) group.whenEmpty?.();
  }
}

/** What the names of states begin with in the warm pool. */
function placeOf(instance: GroupInstance): '' | 'Warmed:' {
  return isWarm(instance) ? 'Warmed:' : '';
}

function movementOf(instance: GroupInstance): Movement {
  return isWarm(instance) ? movements.endInPool : movements.end;
}
