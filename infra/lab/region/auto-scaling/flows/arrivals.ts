import { draw } from '../../base/duration';
import { at, endActivity } from '../groups/activity';
import type { Activity } from '../groups/activity-entry';
import type { Group, GroupInstance } from '../groups/group';
import { askHooks } from '../hooks/hooks';
import { putInService } from './into-service';
import { journeys, type Journey } from '../groups/journey';
import { launchFailed } from './launch-failures';
import type { Launches, LaunchWish } from './launches';
import type { Parts } from './parts';
import type { Terminations } from './terminations';

interface Arrival {
  readonly activity: Activity;
  readonly journey: Journey;
  readonly tokens?: Readonly<Record<string, string>>;
}

/**
 * The way from `Pending` into service: launch hooks, registration, service. A new instance goes it, and so does one
 * that comes out of the warm pool or has got a new root volume: the same instance can meet the launch hook again.
 */
export class Arrivals {
  readonly #parts: Parts;
  readonly #launches: Launches;
  readonly #terminations: Terminations;

  constructor(parts: Parts, launches: Launches, terminations: Terminations) {
    this.#parts = parts;
    this.#launches = launches;
    this.#terminations = terminations;
  }

  /** Launches an instance straight into service. `undefined` if EC2 refuses. */
  launch(group: Group, cause: string, wish: LaunchWish = {}): GroupInstance | undefined {
    const journey = journeys.launch;
    const description = 'Launching a new EC2 instance';
    const launch = this.#launches.launch(group, { journey, description, cause, state: 'Pending', wish });
    if (launch === undefined) return undefined;
    this.arrive(launch.instance, { activity: launch.activity, journey, tokens: wish.tokens ?? {} });
    return launch.instance;
  }

  /** Brings a `Pending` instance into service. */
  arrive(instance: GroupInstance, arrival: Arrival): void {
    const { context, timings } = this.#parts;
    instance.arrival = arrival.activity;
    context.clock.after(draw(context.random, timings.enterHookMs), () => {
      if (instance.state !== 'Pending') return;
      const stop = {
        transition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
        journey: arrival.journey,
        wait: 'Pending:Wait',
        proceed: 'Pending:Proceed',
        tokens: arrival.tokens ?? {},
      } as const;
      askHooks(this.#parts, instance, stop, (outcome) => {
        if (outcome.result === 'CONTINUE') this.#proceed(instance, arrival);
        else this.#abandoned(instance, arrival, outcome.reason);
      });
    });
  }

  #abandoned(instance: GroupInstance, { activity, journey }: Arrival, reason: string): void {
    const { context, timings } = this.#parts;
    launchFailed(this.#parts, instance.group, activity, {
      status: 'Cancelled',
      reason,
      journey,
      instanceId: instance.id,
    });
    const cause = at(
      context,
      `an instance was taken out of service in response to a lifecycle action that was abandoned.`,
    );
    this.#terminations.terminate(instance, cause, { hooks: timings.terminateHookAfterAbandon });
  }

  #proceed(instance: GroupInstance, { activity, journey }: Arrival): void {
    const { context, announcer, ec2 } = this.#parts;
    const state = ec2.find(instance.id)?.state.current;
    if (state !== 'running' && state !== 'pending') {
      const cause = 'an instance was found to have ended before its launch was complete.';
      this.#terminations.lose(instance, at(context, cause));
      return;
    }
    putInService(this.#parts, instance, () => {
      instance.group.failures = 0;
      endActivity(context, activity, 'Successful');
      announcer.launched(instance.group, instance.id, activity, journey);
    });
  }
}
