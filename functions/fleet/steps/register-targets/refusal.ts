import {
  isInvalidTarget,
  isTargetGroupFull,
  isTargetGroupNotFound,
  isTargetNotRunning,
  isTargetRefusedByType,
  messageOf,
} from '../../../shared/aws-errors';
import { StepError } from '../../contracts/errors';
import { targetGroupName } from '../../domain/health';
import { requireInstance } from '../../resources/instance';
import type { Ec2 } from '../../ports/ec2';
import type { Member } from '../../ledger/port';

/** A refusal of ELB by our name. Anything else stays what it is. */
export async function named(ec2: Ec2, error: unknown, { instanceId }: Member, targetGroup: string): Promise<unknown> {
  if (isTargetNotRunning(error)) {
    // It is starting, or it is dead: ELB's word is the same.
    await requireInstance(ec2, instanceId);
    return new StepError('InstanceNotRunningYet', `ELB takes running instances only: ${messageOf(error)}`, {
      cause: error,
    });
  }
  const isRefused = [isInvalidTarget, isTargetGroupNotFound, isTargetRefusedByType, isTargetGroupFull].some((is) =>
    is(error),
  );
  if (!isRefused) return error;
  const name = targetGroupName(targetGroup);
  return new StepError('TargetGroupUnusable', `${name} does not take ${instanceId}: ${messageOf(error)}`, {
    cause: error,
  });
}
