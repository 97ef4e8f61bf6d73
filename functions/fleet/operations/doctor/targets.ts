import { isTargetGroupNotFound } from '../../../shared/aws-errors';
import { decideTargetKind } from '../../domain/dns/addresses';
import { targetGroupName } from '../../domain/targets';
import { problem, type CheckResult } from './finding';
import type { DoctorDeps, InspectedGroup } from './check-inputs';

/** Checks that the target groups of the settings exist, have a listener, and are of a type that can hold instances. */
export async function checkTargets(
  { elasticLoadBalancing }: DoctorDeps,
  { settings }: InspectedGroup,
): Promise<CheckResult[]> {
  const said = await Promise.all(settings.targetGroups.map((arn) => checkOne(elasticLoadBalancing, arn)));
  return said.flat();
}

async function checkOne(elb: DoctorDeps['elasticLoadBalancing'], arn: string): Promise<CheckResult[]> {
  const name = targetGroupName(arn);
  const found = await describe(elb, arn);
  if (found === undefined)
    return [
      problem('target-group-missing', `there is no target group ${arn}`, 'remove it from the settings, or fix its ARN'),
    ];
  const { TargetType = 'instance', IpAddressType = 'ipv4', LoadBalancerArns = [] } = found;
  const kind = decideTargetKind({ targetType: TargetType, ipAddressType: IpAddressType });
  return [
    ...(kind.by === 'nothing'
      ? [problem('target-group-unusable', `${name}: ${kind.reason}`, 'name a target group of type instance or ip')]
      : []),
    ...(LoadBalancerArns.length > 0
      ? []
      : [
          problem(
            'target-group-without-listener',
            `no listener rule leads to ${name}: its targets are never checked, and no launch gets through`,
            'add a listener or a rule that forwards to it',
          ),
        ]),
  ];
}

async function describe(elb: DoctorDeps['elasticLoadBalancing'], arn: string) {
  try {
    const { TargetGroups = [] } = await elb.describeTargetGroups({ TargetGroupArns: [arn] });
    return TargetGroups.find(({ TargetGroupArn }) => TargetGroupArn === arn);
  } catch (error) {
    if (isTargetGroupNotFound(error)) return undefined;
    throw error;
  }
}
