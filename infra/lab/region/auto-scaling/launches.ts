import { draw } from '../duration';
import { at, endActivity, startActivity, type Activity } from './activity';
import { memberOf, type Group, type GroupInstance } from './group';
import { putInService } from './into-service';
import type { Outcome } from './lifecycle-actions';
import type { Parts } from './parts';
import type { Terminations } from './terminations';

/** Ids to use instead of random ones, to reproduce an event that is on file. */
export interface LaunchWish {
  readonly instanceId?: string;
  readonly privateIp?: string;
  readonly subnetId?: string;
  /** Lifecycle action tokens, by hook. */
  readonly tokens?: Readonly<Record<string, string>>;
}

/** How instances come: launch, hooks, registration, service. */
export class Launches {
  readonly #parts: Parts;
  readonly #terminations: Terminations;

  constructor(parts: Parts, terminations: Terminations) {
    this.#parts = parts;
    this.#terminations = terminations;
  }

  /** Launches one instance. `undefined` if EC2 refuses, which counts as a failed launch. */
  launch(group: Group, cause: string, wish: LaunchWish = {}): GroupInstance | undefined {
    const { context, ec2 } = this.#parts;
    const subnet = ec2.subnet(wish.subnetId ?? this.#emptiest(group));
    const details = { 'Subnet ID': subnet.id, 'Availability Zone': subnet.availabilityZone };
    try {
      const tags = { ...group.tags, 'aws:autoscaling:groupName': group.name };
      const { id } = ec2.launch({ subnetId: subnet.id, tags, ...idsOf(wish) });
      const instance = memberOf(group, id, subnet, context.clock.millis());
      group.instances.set(id, instance);
      instance.arrival = startActivity(context, group, {
        description: `Launching a new EC2 instance: ${id}`,
        cause,
        details,
      });
      this.#enterHooks(instance, instance.arrival, wish);
      return instance;
    } catch (error) {
      const description = 'Launching a new EC2 instance';
      this.#refused(group, startActivity(context, group, { description, cause, details }), error);
      return undefined;
    }
  }

  #enterHooks(instance: GroupInstance, activity: Activity, wish: LaunchWish): void {
    const { context, timings, actions } = this.#parts;
    context.clock.after(draw(context.random, timings.enterHookMs), () => {
      if (instance.state !== 'Pending') return;
      const hooks = instance.group.hooks.filter((hook) => hook.transition === 'autoscaling:EC2_INSTANCE_LAUNCHING');
      if (hooks.length === 0) {
        this.#proceed(instance, activity);
        return;
      }
      instance.state = 'Pending:Wait';
      actions.begin(instance, hooks, (outcome) => this.#answered(instance, activity, outcome), wish.tokens);
    });
  }

  #answered(instance: GroupInstance, activity: Activity, outcome: Outcome): void {
    if (outcome.result === 'CONTINUE') {
      instance.state = 'Pending:Proceed';
      this.#proceed(instance, activity);
      return;
    }
    this.#abandoned(instance, activity, outcome.reason);
  }

  #abandoned(instance: GroupInstance, activity: Activity, reason: string): void {
    const { context, timings, announcer } = this.#parts;
    this.#countFailure(instance.group);
    endActivity(context, activity, 'Cancelled', reason);
    announcer.launchFailed(instance.group, instance.id, activity);
    const cause = at(
      context,
      `an instance was taken out of service in response to a lifecycle action that was abandoned.`,
    );
    this.#terminations.terminate(instance, cause, { hooks: timings.terminateHookAfterAbandon });
  }

  #proceed(instance: GroupInstance, activity: Activity): void {
    const { context, announcer, ec2 } = this.#parts;
    if (ec2.find(instance.id)?.state.current !== 'running' && ec2.find(instance.id)?.state.current !== 'pending') {
      this.#terminations.lose(
        instance,
        at(context, 'an instance was found to have ended before its launch was complete.'),
      );
      return;
    }
    putInService(this.#parts, instance, () => {
      instance.group.failures = 0;
      endActivity(context, activity, 'Successful');
      announcer.launched(instance.group, instance.id, activity);
    });
  }

  #refused(group: Group, activity: Activity, error: unknown): void {
    const { context, announcer, wake } = this.#parts;
    this.#countFailure(group);
    endActivity(context, activity, 'Failed', error instanceof Error ? error.message : String(error));
    announcer.launchFailed(group, '', activity);
    wake(group);
  }

  #countFailure(group: Group): void {
    const { context, timings } = this.#parts;
    group.failures += 1;
    group.launchesFrom = context.clock.millis() + timings.backoffMs(group.failures);
  }

  /** The subnet with the fewest of the group's instances: the group balances its zones. */
  #emptiest(group: Group): string {
    const size = (id: string) => [...group.instances.values()].filter((instance) => instance.subnetId === id).length;
    return [...group.subnetIds].sort((left, right) => size(left) - size(right))[0] ?? '';
  }
}

function idsOf(wish: LaunchWish): { instanceId?: string; privateIp?: string } {
  return {
    ...(wish.instanceId === undefined ? {} : { instanceId: wish.instanceId }),
    ...(wish.privateIp === undefined ? {} : { privateIp: wish.privateIp }),
  };
}
