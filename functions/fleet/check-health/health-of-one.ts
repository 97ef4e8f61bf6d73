import type { TargetHealth as ElbHealth } from '@aws-sdk/client-elastic-load-balancing-v2';
import { isTargetGroupNotFound, messageOf } from '../../shared/aws-errors';
import { StepError } from '../contracts/errors';
import { targetGroupName, type TargetHealth } from '../domain/health';
import type { ElasticLoadBalancing } from '../ports/elastic-load-balancing';

/** What ELB says of one instance in a target group. @throws StepError `TargetUnusable`: there is no such group. */
export async function healthOf(
  elb: ElasticLoadBalancing,
  targetGroup: string,
  instanceId: string,
): Promise<TargetHealth> {
  const { TargetHealthDescriptions } = await naming(targetGroup, () =>
    elb.describeTargetHealth({ TargetGroupArn: targetGroup, Targets: [{ Id: instanceId }] }),
  );
  return { targetGroup, ...stateOf(TargetHealthDescriptions?.[0]?.TargetHealth) };
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
    if (!isTargetGroupNotFound(error)) throw error;
    throw new StepError('TargetUnusable', `${targetGroupName(targetGroup)}: ${messageOf(error)}`, { cause: error });
  }
}
