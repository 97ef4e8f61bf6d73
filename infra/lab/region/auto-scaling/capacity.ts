import { draw } from '../duration';
import { at } from './activity';
import { activeInstances, type Group, type GroupInstance } from './group';
import type { Launches } from './launches';
import type { Parts } from './parts';
import { chooseVictims } from './scale-in';
import type { Terminations } from './terminations';

/** Brings each group to its desired capacity, a moment after something has changed. */
export class Capacity {
  readonly #parts: Parts;
  readonly #launches: Launches;
  readonly #terminations: Terminations;

  constructor(parts: Parts, launches: Launches, terminations: Terminations) {
    this.#parts = parts;
    this.#launches = launches;
    this.#terminations = terminations;
  }

  wake(group: Group): void {
    const { context, timings } = this.#parts;
    if (group.wake !== undefined) return;
    this.#lookIn(group, draw(context.random, timings.reactionMs));
  }

  #lookIn(group: Group, delayMs: number): void {
    group.wake = this.#parts.context.clock.after(delayMs, () => {
      group.wake = undefined;
      this.#resize(group);
    });
  }

  #resize(group: Group): void {
    const active = activeInstances(group);
    const missing = group.desired - active.length;
    if (missing > 0 && !group.suspended.has('Launch')) this.#growWhenAllowed(group, active.length);
    if (missing < 0 && !group.suspended.has('Terminate')) this.#shrink(group, active);
    group.request = undefined;
  }

  /** After failed launches the group holds back; what wakes it meanwhile can still make it smaller. */
  #growWhenAllowed(group: Group, size: number): void {
    const left = group.launchesFrom - this.#parts.context.clock.millis();
    if (left > 0) this.#lookIn(group, left);
    else this.#grow(group, size);
  }

  #grow(group: Group, size: number): void {
    const how = `increasing the capacity from ${size} to ${group.desired}`;
    const cause = this.#cause(group, 'an instance was started', how);
    for (let launched = size; launched < group.desired; launched += 1) {
      // A refusal wakes the group again later; the rest of this round would meet the same refusal.
      if (this.#launches.launch(group, cause) === undefined) return;
    }
  }

  #shrink(group: Group, active: readonly GroupInstance[]): void {
    const how = `shrinking the capacity from ${active.length} to ${group.desired}`;
    const cause = this.#cause(group, 'an instance was taken out of service', how);
    const victims = chooseVictims(active, group.terminationPolicy, active.length - group.desired);
    victims.forEach((victim) => this.#terminations.terminate(victim, cause, { hooks: true }));
  }

  #cause(group: Group, what: string, how: string): string {
    const why = `${what} in response to a difference between desired and actual capacity, ${how}.`;
    const cause = at(this.#parts.context, why);
    return group.request === undefined ? cause : `${group.request}  ${cause}`;
  }
}
