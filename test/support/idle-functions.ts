import type { Clock } from '../../functions/shared/runtime';
import type { StepInterceptor } from '../../infra/lab/systems/fleet/deploy-muster';

/**
 * Functions in a VPC that nothing has called for weeks. Lambda has taken their network interfaces back and shows them as
 * Inactive. The call that wakes one is refused; from then on it is Pending, and refuses, for `wakesMs`; then it is Active.
 *
 * Source: Lambda developer guide, "Lambda function states" and "Attaching Lambda functions to a VPC". Which of its two
 * errors Lambda gives for which call is not written there: both are given here, one after the other.
 *
 * @param clock asked for at the first call, since the lab makes its clock itself.
 * @param refused is told each time.
 */
export function idleFunctions(
  steps: readonly string[],
  options: { clock: () => Clock; wakesMs: number; refused: (step: string, error: string) => void },
): StepInterceptor {
  const { clock, wakesMs, refused } = options;
  const activeAt = new Map<string, number>();
  const refuse = (step: string, name: string): never => {
    refused(step, name);
    throw Object.assign(new Error(`The function ${step} is not ready`), { name });
  };
  return (step, run) => async (payload) => {
    if (!steps.includes(step)) return run(payload);
    const now = clock().now().getTime();
    const ready = activeAt.get(step);
    if (ready === undefined) {
      activeAt.set(step, now + wakesMs);
      return refuse(step, 'Lambda.ResourceNotReadyException');
    }
    return now < ready ? refuse(step, 'Lambda.ResourceConflictException') : run(payload);
  };
}
