import type { LookResult } from '../contracts/result';
import type { Target } from '../contracts/target';

/** Looks at targets. */
export interface Prober {
  /**
   * Makes one look. It never throws: failures are in the result.
   *
   * @param asked called once, when the request is sent: the look then only waits, and another one may begin.
   */
  look(target: Target, asked?: () => void): Promise<LookResult>;
}
