import { draw } from '../../base/duration';
import { at } from '../groups/activity';
import type { Arrivals } from '../flows/arrivals';
import { activeInstances, capacityOf, type Group, type GroupInstance } from '../groups/group';
import type { FlowDeps } from '../flows/flow-deps';
import { chooseVictims } from '../groups/scale-in';
import type { Terminations } from '../flows/terminations';
import type { WarmPool } from '../warm-pool/warm-pool';

interface Flows {
  readonly arrivals: Arrivals;
  readonly terminations: Terminations;
  readonly warmPool: WarmPool;
}

/** Brings each group to its desired capacity, a moment after something has changed. */
export class Capacity {
  readonly #deps: FlowDeps;
  readonly #arrivals: Arrivals;
  readonly #terminations: Terminations;
  readonly #warmPool: WarmPool;

  constructor(deps: FlowDeps, flows: Flows) {
    this.#deps = deps;
    this.#arrivals = flows.arrivals;
    this.#terminations = flows.terminations;
    this.#warmPool = flows.warmPool;
  }

  wake(group: Group): void {
    const { context, timings } = this.#deps;
    if (group.wake !== undefined) return;
    this.#lookIn(group, draw(context.random, timings.reactionMs));
  }

  #lookIn(group: Group, delayMs: number): void {
    if (group.wake !== undefined) return;
    group.wake = this.#deps.context.clock.after(delayMs, () => {
      group.wake = undefined;
      this.#resize(group);
    });
  }

  #resize(group: Group): void {
    const active = activeInstances(group);
    const size = capacityOf(active);
    const missing = group.desired - size;
    if (missing > 0 && !group.suspended.has('Launch')) this.#whenAllowed(group, () => this.#grow(group, size));
    if (missing < 0 && !group.suspended.has('Terminate')) this.#shrink(group, active);
    this.#resizePool(group);
    group.request = undefined;
  }

  /** After the group itself, which takes from the pool and gives back to it. */
  #resizePool(group: Group): void {
    const missing = this.#warmPool.missing(group);
    if (missing > 0 && !group.suspended.has('Launch')) this.#whenAllowed(group, () => this.#warmPool.fill(group));
    if (missing < 0 && !group.suspended.has('Terminate')) this.#warmPool.shrink(group);
  }

  /** After failed launches the group holds back; what wakes it meanwhile can still make it smaller. */
  #whenAllowed(group: Group, launch: () => void): void {
    const left = group.launchesFrom - this.#deps.context.clock.millis();
    if (left > 0) this.#lookIn(group, left);
    else launch();
  }

  #grow(group: Group, size: number): void {
    const how = `increasing the capacity from ${size} to ${group.desired}`;
    const cause = this.#cause(group, 'an instance was started', how);
    // The last one may bring it above what is desired: instances come whole.
    for (let reached = size; reached < group.desired;) {
      // A refusal wakes the group again later; the rest of this round would meet the same refusal.
      const instance = this.#warmPool.take(group, cause) ?? this.#arrivals.launch(group, cause);
      if (instance === undefined) return;
      reached += capacityOf([instance]);
    }
  }

  #shrink(group: Group, active: readonly GroupInstance[]): void {
    const size = capacityOf(active);
    const how = `shrinking the capacity from ${size} to ${group.desired}`;
    const cause = this.#cause(group, 'an instance was taken out of service', how);
    const victims = chooseVictims(active, group.terminationPolicy, size - group.desired);
    for (const victim of victims) {
      if (!this.#warmPool.takesBack(victim)) this.#terminations.terminate(victim, cause, { hooks: true });
      else this.#warmPool.takeBack(victim, cause);
    }
  }

  #cause(group: Group, what: string, how: string): string {
    const why = `${what} in response to a difference between desired and actual capacity, ${how}.`;
    const cause = at(this.#deps.context, why);
    return group.request === undefined ? cause : `${group.request}  ${cause}`;
  }
}
