import type { Result } from '../contracts/result';
import type { Target } from '../contracts/target';

/** Looks at targets. */
export interface Prober {
  /** One look. It never throws: what goes wrong is in the result. */
  look(target: Target): Promise<Result>;
}
