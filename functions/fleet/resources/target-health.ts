import type { TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2';
import { isSameId, type RecordedTarget } from '../domain/targets';
import type { ElasticLoadBalancing } from '../ports/elastic-load-balancing';

/** What ELB says of one target; `undefined` if it says nothing of it. */
export async function readTargetHealth(
  elb: Pick<ElasticLoadBalancing, 'describeTargetHealth'>,
  { targetGroup, id }: RecordedTarget,
): Promise<TargetHealth | undefined> {
  const { TargetHealthDescriptions = [] } = await elb.describeTargetHealth({
    TargetGroupArn: targetGroup,
    Targets: [{ Id: id }],
  });
  return TargetHealthDescriptions.find(({ Target }) => isSameId(Target?.Id, id))?.TargetHealth;
}
