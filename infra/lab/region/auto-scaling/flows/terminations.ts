import { draw } from '../../base/duration';
import { detailsOf, endActivity, startActivity } from '../groups/activity';
import type { Activity } from '../groups/activity-entry';
import { isLeaving, isWarm, type GroupInstance } from '../groups/group';
import { askHooks } from '../hooks/hooks';
import { takeOutOfService } from './into-service';
import { journeys, type Journey } from '../groups/journey';
import type { Parts } from './parts';

/** How instances go: out of the target groups, drained, hooks, termination. */
export class Terminations {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Ends an instance in order. `hooks: false` skips the terminate hooks. */
  terminate(instance: GroupInstance, cause: string, { hooks }: { hooks: boolean }): void {
    const { context, actions } = this.#parts;
    if (isLeaving(instance)) return;
    actions.cancel(instance);
    instance.state = `${placeOf(instance)}Terminating`;
    const activity = this.#depart(instance, cause);
    // The group drains before it asks the terminate hooks.
    const drainedAt = takeOutOfService(this.#parts, instance);
    context.clock.after(drainedAt - context.clock.millis(), () => this.#enterHooks(instance, activity, hooks));
    this.#parts.wake(instance.group);
  }

  /** Removes an instance that was ended, or stopped, from outside. No hook is asked: it is gone, or goes now. */
  lose(instance: GroupInstance, cause: string): void {
    if (!instance.group.instances.has(instance.id)) return;
    this.#parts.actions.cancel(instance);
    const activity = this.#depart(instance, cause);
    takeOutOfService(this.#parts, instance);
    instance.healthy = false;
    instance.state = `${placeOf(instance)}Terminating`;
    this.#leave(instance, activity);
    this.#parts.ec2.terminate(instance.id);
    this.#parts.wake(instance.group);
  }

  #depart(instance: GroupInstance, cause: string): Activity {
    const { arrival } = instance;
    if (arrival !== undefined && arrival.endedAt === undefined) {
      endActivity(this.#parts.context, arrival, 'Cancelled', 'The instance left the group before it was in service.');
    }
    return startActivity(this.#parts.context, instance.group, {
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
      journey: journeyOf(instance),
      wait: `${place}Terminating:Wait`,
      proceed: `${place}Terminating:Proceed`,
    } as const;
    // Either result lets the instance go; ABANDON only does not wait for the other hooks.
    askHooks(this.#parts, instance, stop, () => this.#proceed(instance, activity));
  }

  #proceed(instance: GroupInstance, activity: Activity): void {
    const { context, timings, ec2, watch } = this.#parts;
    instance.state = `${placeOf(instance)}Terminating:Proceed`;
    context.clock.after(draw(context.random, timings.terminateMs), () => {
      watch.when(instance.id, 'terminated', () => this.#leave(instance, activity));
      ec2.terminate(instance.id);
    });
  }

  #leave(instance: GroupInstance, activity: Activity): void {
    const { group, id } = instance;
    if (!group.instances.delete(id)) return;
    endActivity(this.#parts.context, activity, 'Successful');
    this.#parts.announcer.terminated(group, id, activity, journeyOf(instance));
    if (group.instances.size === 0) group.whenEmpty?.();
  }
}

/** What the names of states begin with in the warm pool. */
function placeOf(instance: GroupInstance): '' | 'Warmed:' {
  return isWarm(instance) ? 'Warmed:' : '';
}

function journeyOf(instance: GroupInstance): Journey {
  return isWarm(instance) ? journeys.endInPool : journeys.end;
}
