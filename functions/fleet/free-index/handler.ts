import type { StepOutput } from '../contracts/step';
import type { Ledger } from '../ports/ledger';
import { makeReleaseStep, type StepDeps } from '../step';

interface Deps extends StepDeps {
  ledger: Ledger;
}

/** Ensures that the index is free. It comes last: the next holder must find nothing of this one any more. */
export const makeHandler = (deps: Deps) =>
  makeReleaseStep('free-index', deps, async (member, { reason }): Promise<StepOutput> => {
    if (member === undefined) return { action: 'none', reason: 'the instance holds no index' };
    await deps.ledger.free(member, reason, deps.clock.now().toISOString());
    return {
      action: 'freed',
      reason: `index ${member.index} is free: ${member.instanceId} is no longer ${member.name}`,
    };
  });
