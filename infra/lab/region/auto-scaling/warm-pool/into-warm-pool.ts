import { draw } from '../../base/duration';
import { at, detailsOf, endActivity, startActivity } from '../groups/activity';
import type { Activity } from '../groups/activity-entry';
import type { Group, GroupInstance } from '../groups/group';
import { askHooks, type Stop } from '../hooks/hooks';
import { takeOutOfService } from '../flows/into-service';
import { movements } from '../groups/movement';
import { launchFailed } from '../flows/launch-failures';
import type { Launches } from '../flows/launches';
import type { FlowDeps } from '../flows/flow-deps';
import { restInPool } from './rest-in-pool';
import type { Terminations } from '../flows/terminations';

const states = { wait: 'Warmed:Pending:Wait', proceed: 'Warmed:Pending:Proceed' } as const;
const entry: Stop = { transition: 'autoscaling:EC2_INSTANCE_LAUNCHING', movement: movements.intoPool, ...states };
/** A return is the terminate hook's business, though nothing terminates; its state is that of an entry. */
const comeback: Stop = {
  transition: 'autoscaling:EC2_INSTANCE_TERMINATING',
  movement: movements.backToPool,
  ...states,
};

/** How instances get into a warm pool: new ones, and those that scale-in gives back. */
export class IntoWarmPool {
  readonly #deps: FlowDeps;
  readonly #launches: Launches;
  readonly #terminations: Terminations;

  constructor(deps: FlowDeps, launches: Launches, terminations: Terminations) {
    this.#deps = deps;
    this.#launches = launches;
    this.#terminations = terminations;
  }

  /** Launches an instance into the pool. `undefined` if EC2 refuses. */
  launch(group: Group): GroupInstance | undefined {
    const { context, timings } = this.#deps;
    const launch = this.#launches.launch(group, {
      movement: movements.intoPool,
      description: 'Launching a new EC2 instance into warm pool',
      cause: at(context, 'an instance was launched into the warm pool in response to a difference in its size.'),
      state: 'Warmed:Pending',
    });
    if (launch === undefined) return undefined;
    const { instance, activity } = launch;
    context.clock.after(draw(context.random, timings.enterHookMs), () => {
      if (instance.state !== 'Warmed:Pending') return;
      askHooks(this.#deps, instance, entry, (outcome) => {
        if (outcome.result === 'ABANDON') this.#abandoned(instance, activity, outcome.reason);
        else this.#rest(instance, () => this.#entered(instance, activity));
      });
    });
    return instance;
  }

  /** Takes an instance out of service and back: out of the target groups and drained first, then the hooks. */
  takeBack(instance: GroupInstance, cause: string): void {
    const { context } = this.#deps;
    const description = `Returning EC2 instance to warm pool: ${instance.id}`;
    const activity = startActivity(context, instance.group, { description, cause, details: detailsOf(instance) });
    instance.arrival = activity;
    instance.state = 'Warmed:Pending';
    const drainedAt = takeOutOfService(this.#deps, instance);
    context.clock.after(drainedAt - context.clock.millis(), () => {
      if (instance.state !== 'Warmed:Pending') return;
      askHooks(this.#deps, instance, comeback, (outcome) => {
        if (outcome.result === 'ABANDON') this.#refused(instance, activity, outcome.reason);
        else this.#rest(instance, () => this.#returned(instance, activity));
      });
    });
  }

  /** One that has ended while its hook was open never comes to rest. */
  #rest(instance: GroupInstance, done: () => void): void {
    const { context, ec2 } = this.#deps;
    const state = ec2.find(instance.id)?.state.current;
    if (state === 'running' || state === 'pending') {
      restInPool(this.#deps, instance, done);
      return;
    }
    const cause = 'an instance was found to have ended before it was in the warm pool.';
    this.#terminations.lose(instance, at(context, cause));
  }

  #entered(instance: GroupInstance, activity: Activity): void {
    const { context, announcer, wake } = this.#deps;
    instance.group.failures = 0;
    endActivity(context, activity, 'Successful');
    announcer.launched(instance.group, instance.id, activity, movements.intoPool);
    wake(instance.group);
  }

  #abandoned(instance: GroupInstance, activity: Activity, reason: string): void {
    const { group, id } = instance;
    const failure = { status: 'Cancelled', reason, movement: movements.intoPool, instanceId: id } as const;
    launchFailed(this.#deps, group, activity, failure);
    this.#end(instance);
  }

  #returned(instance: GroupInstance, activity: Activity): void {
    const { context, announcer, wake } = this.#deps;
    endActivity(context, activity, 'Successful');
    announcer.terminated(instance.group, instance.id, activity, movements.backToPool);
    // The pool may now be larger than it has to be.
    wake(instance.group);
  }

  #refused(instance: GroupInstance, activity: Activity, reason: string): void {
    const { context, announcer } = this.#deps;
    endActivity(context, activity, 'Cancelled', reason);
    announcer.returnFailed(instance.group, instance.id, activity);
    this.#end(instance);
  }

  #end(instance: GroupInstance): void {
    const { context, timings } = this.#deps;
    const cause = at(context, 'an instance was terminated in response to a lifecycle action that was abandoned.');
    this.#terminations.terminate(instance, cause, { hooks: timings.terminateHookAfterAbandon });
  }
}
