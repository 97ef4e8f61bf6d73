import { abandon, hold, resume, retry } from '../../../../functions/fleet/operations';
import type { AbandonDeps, HoldDeps, RetryDeps } from '../../../../functions/fleet/operations';

/** What an operator can do, bound to a deployment. */
export type Operations = ReturnType<typeof bindOperations>;

export function bindOperations(deps: RetryDeps & AbandonDeps & HoldDeps) {
  return {
    retry: (who: Parameters<typeof retry>[1]) => retry(deps, who),
    abandon: (who: Parameters<typeof abandon>[1]) => abandon(deps, who),
    hold: (who: Parameters<typeof hold>[1]) => hold(deps, who),
    resume: (which: Parameters<typeof resume>[1]) => resume(deps, which),
  };
}
