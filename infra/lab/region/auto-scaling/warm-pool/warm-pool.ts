import { at } from '../groups/activity';
import type { Arrivals } from '../flows/arrivals';
import type { Group, GroupInstance } from '../groups/group';
import { IntoWarmPool } from './into-warm-pool';
import type { Launches } from '../flows/launches';
import { OutOfWarmPool } from './out-of-warm-pool';
import type { FlowDeps } from '../flows/flow-deps';
import { chooseVictims } from '../groups/scale-in';
import type { Terminations } from '../flows/terminations';
import { pooled, poolSize, ready } from './warm-pool-size';

interface Flows {
  readonly launches: Launches;
  readonly arrivals: Arrivals;
  readonly terminations: Terminations;
}

/** The groups' warm pools. A group without one has a pool of size 0, in which nothing ever happens. */
export class WarmPool {
  readonly #deps: FlowDeps;
  readonly #terminations: Terminations;
  readonly #entrance: IntoWarmPool;
  readonly #exit: OutOfWarmPool;

  constructor(deps: FlowDeps, { launches, arrivals, terminations }: Flows) {
    this.#deps = deps;
    this.#terminations = terminations;
    this.#entrance = new IntoWarmPool(deps, launches, terminations);
    this.#exit = new OutOfWarmPool(deps, arrivals, terminations);
  }

  /** How many instances the pool lacks; below 0, how many it has too many. */
  missing(group: Group): number {
    return poolSize(group) - pooled(group).length;
  }

  fill(group: Group): void {
    for (let left = this.missing(group); left > 0; left -= 1) {
      // A refusal wakes the group again later; the rest of this round would meet the same refusal.
      if (this.#entrance.launch(group) === undefined) return;
    }
  }

  /** Ends what is too much of those that rest; what is on its way in is looked at again when it has arrived. */
  shrink(group: Group): void {
    const cause = at(this.#deps.context, 'an instance was terminated because the warm pool is larger than necessary.');
    const victims = chooseVictims(ready(group), 'Default', -this.missing(group));
    victims.forEach((victim) => this.#terminations.terminate(victim, cause, { hooks: true }));
  }

  /** Ends the pool and all that is in it. */
  dissolve(group: Group): void {
    const cause = at(this.#deps.context, 'an instance was terminated because the warm pool was deleted.');
    pooled(group).forEach((instance) => this.#terminations.terminate(instance, cause, { hooks: true }));
    group.warmPool = undefined;
  }

  /** An instance for service. `undefined`: the start has to be a cold one. */
  take(group: Group, cause: string): GroupInstance | undefined {
    return this.#exit.take(group, cause);
  }

  /** Whether scale-in gives the instance back. Only what was in service can be used again. */
  takesBack({ group, state }: GroupInstance): boolean {
    return group.warmPool?.reuseOnScaleIn === true && state === 'InService';
  }

  takeBack(instance: GroupInstance, cause: string): void {
    this.#entrance.takeBack(instance, cause);
  }
}
