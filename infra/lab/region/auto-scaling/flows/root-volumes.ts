import { draw } from '../../base/duration';
import { at, detailsOf, startActivity } from '../groups/activity';
import type { Activity } from '../groups/activity-entry';
import type { Arrivals } from './arrivals';
import * as errors from '../groups/errors';
import type { GroupInstance } from '../groups/group';
import { askHooks, type Stop } from '../hooks/hooks';
import { takeOutOfService } from './into-service';
import { movements } from '../groups/movement';
import type { FlowDeps } from './flow-deps';
import type { Terminations } from './terminations';

const movement = movements.newRootVolume;
const before: Stop = {
  transition: 'autoscaling:EC2_INSTANCE_TERMINATING',
  movement,
  wait: 'ReplacingRootVolume:Wait',
  proceed: 'ReplacingRootVolume:Proceed',
};

/**
 * What an instance refresh with the strategy ReplaceRootVolume does to each instance: out of service, terminate hook,
 * new volume, launch hook, back into service. Nothing is launched or terminated; only `Action` in the events says so.
 */
export class RootVolumes {
  readonly #deps: FlowDeps;
  readonly #arrivals: Arrivals;
  readonly #terminations: Terminations;

  constructor(deps: FlowDeps, arrivals: Arrivals, terminations: Terminations) {
    this.#deps = deps;
    this.#arrivals = arrivals;
    this.#terminations = terminations;
  }

  replace(instance: GroupInstance): void {
    const { context } = this.#deps;
    check(instance);
    const activity = startActivity(context, instance.group, {
      description: `Replacing root volume of EC2 instance: ${instance.id}`,
      cause: at(context, 'an instance was taken out of service for root volume replacement by an instance refresh.'),
      details: detailsOf(instance),
    });
    instance.arrival = activity;
    instance.state = 'ReplacingRootVolume';
    const drainedAt = takeOutOfService(this.#deps, instance);
    context.clock.after(drainedAt - context.clock.millis(), () => {
      if (instance.state !== 'ReplacingRootVolume') return;
      askHooks(this.#deps, instance, before, (outcome) => {
        if (outcome.result === 'CONTINUE') this.#replaceVolume(instance, activity);
        else this.#abandoned(instance);
      });
    });
  }

  #replaceVolume(instance: GroupInstance, activity: Activity): void {
    const { context, timings, ec2 } = this.#deps;
    instance.state = 'ReplacingRootVolume:Proceed';
    ec2.replaceRootVolume(instance.id);
    context.clock.after(draw(context.random, timings.rootVolumeMs), () => {
      if (instance.state !== 'ReplacingRootVolume:Proceed') return;
      instance.state = 'RootVolumeReplaced';
      context.clock.after(0, () => this.#arrive(instance, activity));
    });
  }

  #arrive(instance: GroupInstance, activity: Activity): void {
    if (instance.state !== 'RootVolumeReplaced') return;
    instance.state = 'Pending';
    this.#arrivals.arrive(instance, { activity, movement });
  }

  #abandoned(instance: GroupInstance): void {
    const { context, timings } = this.#deps;
    const cause = at(context, 'an instance was taken out of service because its root volume could not be replaced.');
    this.#terminations.terminate(instance, cause, { hooks: timings.terminateHookAfterAbandon });
  }
}

function check({ id, group, state }: GroupInstance): void {
  if (group.warmPool !== undefined) {
    throw errors.validationError(`Root volumes cannot be replaced in ${group.name}: the group has a warm pool.`);
  }
  if (state !== 'InService') throw errors.validationError(`The instance ${id} is not in InService.`);
}
