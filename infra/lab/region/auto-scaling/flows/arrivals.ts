import { draw } from '../../base/duration';
import { at, endActivity } from '../groups/activity';
import type { Activity } from '../groups/activity-entry';
import type { Group, GroupInstance } from '../groups/group';
import { askHooks } from '../hooks/hooks';
import { putInService } from './into-service';
import { movements, type Movement } from '../groups/movement';
import { launchFailed } from './launch-failures';
import type { Launches, LaunchWish } from './launches';
import type { FlowDeps } from './flow-deps';
import type { Terminations } from './terminations';

interface Arrival {
  readonly activity: Activity;
  readonly movement: Movement;
  readonly tokens?: Readonly<Record<string, string>>;
}

/**
 * The way from `Pending` into service: launch hooks, registration, service. A new instance goes it, and so does one
 * that comes out of the warm pool or has got a new root volume: the same instance can meet the launch hook again.
 */
export class Arrivals {
  readonly #deps: FlowDeps;
  readonly #launches: Launches;
  readonly #terminations: Terminations;

  constructor(deps: FlowDeps, launches: Launches, terminations: Terminations) {
    this.#deps = deps;
    this.#launches = launches;
    this.#terminations = terminations;
  }

  /** Launches an instance straight into service. `undefined` if EC2 refuses. */
  launch(group: Group, cause: string, wish: LaunchWish = {}): GroupInstance | undefined {
    const movement = movements.launch;
    const description = 'Launching a new EC2 instance';
    const launch = this.#launches.launch(group, { movement, description, cause, state: 'Pending', wish });
    if (launch === undefined) return undefined;
    this.arrive(launch.instance, { activity: launch.activity, movement, tokens: wish.tokens ?? {} });
    return launch.instance;
  }

  /** Brings a `Pending` instance into service. */
  arrive(instance: GroupInstance, arrival: Arrival): void {
    const { context, timings } = this.#deps;
    instance.arrival = arrival.activity;
    context.clock.after(draw(context.random, timings.enterHookMs), () => {
      if (instance.state !== 'Pending') return;
      const stop = {
        transition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
        movement: arrival.movement,
        wait: 'Pending:Wait',
        proceed: 'Pending:Proceed',
        tokens: arrival.tokens ?? {},
      } as const;
      askHooks(this.#deps, instance, stop, (outcome) => {
        if (outcome.result === 'CONTINUE') this.#proceed(instance, arrival);
        else this.#abandoned(instance, arrival, outcome.reason);
      });
    });
  }

  #abandoned(instance: GroupInstance, { activity, movement }: Arrival, reason: string): void {
    const { context, timings } = this.#deps;
    launchFailed(this.#deps, instance.group, activity, {
      status: 'Cancelled',
      reason,
      movement,
      instanceId: instance.id,
    });
    const cause = at(
      context,
      `an instance was taken out of service in response to a lifecycle action that was abandoned.`,
    );
    this.#terminations.terminate(instance, cause, { hooks: timings.terminateHookAfterAbandon });
  }

  #proceed(instance: GroupInstance, { activity, movement }: Arrival): void {
    const { context, announcer, ec2 } = this.#deps;
    const state = ec2.find(instance.id)?.state.current;
    if (state !== 'running' && state !== 'pending') {
      const cause = 'an instance was found to have ended before its launch was complete.';
      this.#terminations.lose(instance, at(context, cause));
      return;
    }
    putInService(this.#deps, instance, () => {
      instance.group.failures = 0;
      endActivity(context, activity, 'Successful');
      announcer.launched(instance.group, instance.id, activity, movement);
    });
  }
}
