import type { Decision } from '../../domain/reconcile/sighting';
import type { Ledger, Member } from '../../ledger/port';
import type { StepFunctions } from '../../ports/aws';
import { stopIfRunning } from '../../executions/release-instance';

interface Deps {
  readonly ledger: Pick<Ledger, 'member' | 'update'>;
  readonly stepFunctions: StepFunctions;
}

/**
 * Puts on record that a member has left its group and still exists, or that it is back. A launch of it is ended first:
 * if that is as far as this run comes, the next one continues.
 *
 * @returns whether it was done: a member that is being released, or was, is left to that.
 */
export async function changeBelonging(
  { ledger, stepFunctions }: Deps,
  decision: Extract<Decision, { action: 'detached' | 'attached' }>,
): Promise<boolean> {
  const { member, reason } = decision;
  if (!(await isStillHeld(ledger, member))) return false;
  if (decision.action === 'detached' && decision.stop !== undefined) {
    await stopIfRunning(stepFunctions, decision.stop, { cause: reason });
  }
  const phase = decision.action === 'detached' ? 'detached' : decision.phase;
  await ledger.update(member, { phase, endingSince: null });
  return true;
}

/** The usual end of a scale-in is its release, between the reading of the ledger and that of the group. */
async function isStillHeld(ledger: Deps['ledger'], { group, instanceId, index }: Member): Promise<boolean> {
  const now = await ledger.member(group, instanceId);
  return now?.index === index && now.phase !== 'releasing';
}
