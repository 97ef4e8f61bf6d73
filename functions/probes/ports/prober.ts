import type { LookResult } from '../contracts/result';
import type { Target } from '../contracts/target';

/** Looks at targets. */
export interface Prober {
  /**
   * One look. It never throws: what goes wrong is in the result.
   *
   * @param asked called once, when it has asked and only waits: it needs no processor then, and another may begin.
   */
  look(target: Target, asked?: () => void): Promise<LookResult>;
}
