import type { Observation } from '../world/observe';
import type { Cast } from '../world/scene';

/** Watches one thing that always holds. */
export interface Checker {
  readonly name: string;
  /** What holds, in a sentence. */
  readonly holds: string;
  /**
   * Is called with everything that happens, when it does; calls `violate` when it must not be. It looks at the world, and
   * changes nothing in it.
   */
  watch(cast: Cast, violate: (what: string) => void): (seen: Observation) => void;
}
