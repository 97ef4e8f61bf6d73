import type { TargetHealth as ElbHealth } from '@aws-sdk/client-elastic-load-balancing-v2';
import { isInvalidTarget, isTargetGroupNotFound, isTargetRefusedByType, messageOf } from '../../../shared/aws-errors';
import { StepError } from '../../contracts/errors';
import { targetGroupName, type TargetHealth } from '../../domain/health';
import type { RecordedTarget } from '../../domain/targets';
import type { ElasticLoadBalancing } from '../../ports/elastic-load-balancing';
import { readTargetHealth } from '../../resources/target-health';

/** What ELB says of one target. @throws StepError `TargetUnusable`: there is no such group, or it cannot have it. */
export async function healthOf(elb: ElasticLoadBalancing, target: RecordedTarget): Promise<TargetHealth> {
  const { targetGroup } = target;
  return { targetGroup, ...stateOf(await naming(targetGroup, () => readTargetHealth(elb, target))) };
}

export type State = Omit<TargetHealth, 'targetGroup'>;

export function stateOf(health: ElbHealth | undefined): State {
  return {
    state: health?.State ?? 'unknown',
    ...(health?.Reason === undefined ? {} : { reason: health.Reason }),
    ...(health?.Description === undefined ? {} : { description: health.Description }),
  };
}

/** @throws StepError `TargetUnusable` */
export async function naming<Result>(targetGroup: string, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    const isHopeless = isTargetGroupNotFound(error) || isInvalidTarget(error) || isTargetRefusedByType(error);
    if (!isHopeless) throw error;
    throw new StepError('TargetUnusable', `${targetGroupName(targetGroup)}: ${messageOf(error)}`, { cause: error });
  }
}
