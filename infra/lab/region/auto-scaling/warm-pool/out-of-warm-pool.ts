import { at, detailsOf, startActivity } from '../groups/activity';
import type { Activity } from '../groups/activity-entry';
import type { Arrivals } from '../flows/arrivals';
import type { Group, GroupInstance } from '../groups/group';
import { movements } from '../groups/movement';
import { launchFailed } from '../flows/launch-failures';
import type { FlowDeps } from '../flows/flow-deps';
import type { Terminations } from '../flows/terminations';
import { ready } from './warm-pool-size';

const movement = movements.outOfPool;

/** How instances leave a warm pool towards service: a warm start. */
export class OutOfWarmPool {
  readonly #deps: FlowDeps;
  readonly #arrivals: Arrivals;
  readonly #terminations: Terminations;

  constructor(deps: FlowDeps, arrivals: Arrivals, terminations: Terminations) {
    this.#deps = deps;
    this.#arrivals = arrivals;
    this.#terminations = terminations;
  }

  /** Takes the ready instance that was launched first. `undefined`: none is ready, or EC2 does not start it. */
  take(group: Group, cause: string): GroupInstance | undefined {
    const instance = ready(group).find((candidate) => this.#isAsItSeems(candidate));
    if (instance === undefined) return undefined;
    const description = `Launching a new EC2 instance from warm pool: ${instance.id}`;
    const details = detailsOf(instance);
    const activity = startActivity(this.#deps.context, group, { description, cause, details });
    if (!this.#start(instance, activity)) return undefined;
    instance.state = 'Pending';
    this.#arrivals.arrive(instance, { activity, movement });
    return instance;
  }

  /** The group may not have noticed yet that it was ended, started or stopped from outside. */
  #isAsItSeems({ id, state }: GroupInstance): boolean {
    const expected = state === 'Warmed:Stopped' ? 'stopped' : 'running';
    return this.#deps.ec2.find(id)?.state.current === expected;
  }

  /** EC2 can refuse a start as it can a launch. That is a failed launch, and the instance is terminated. */
  #start(instance: GroupInstance, activity: Activity): boolean {
    const { ec2, context, timings } = this.#deps;
    if (instance.state !== 'Warmed:Stopped') return true;
    try {
      ec2.start(instance.id);
      return true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const failure = { status: 'Failed', reason, movement, instanceId: instance.id } as const;
      launchFailed(this.#deps, instance.group, activity, failure);
      const cause = at(context, 'an instance of the warm pool was terminated because it could not be started.');
      this.#terminations.terminate(instance, cause, { hooks: timings.terminateHookAfterAbandon });
      return false;
    }
  }
}
