import { isIP } from 'node:net';
import type {
  DeregisterTargetsCommandInput,
  DescribeTargetGroupsCommandInput,
  DescribeTargetGroupsCommandOutput,
  DescribeTargetHealthCommandInput,
  DescribeTargetHealthCommandOutput,
  RegisterTargetsCommandInput,
  TargetDescription,
  TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ElasticLoadBalancing } from '../../../../functions/fleet/ports/aws';
import type { Instance } from '../ec2/instance';
import type { Ec2World } from '../ec2/world';
import { describeTargetGroup } from './describe';
import * as errors from './errors';
import type { TargetGroup } from './target-group';
import type { ElasticLoadBalancingWorld } from './world';

type Output<T> = Omit<T, '$metadata'>;

/** Of one target group. */
const mostTargets = 1000;

/** Elastic Load Balancing v2 as its callers see it. */
export class ElasticLoadBalancingApi implements ElasticLoadBalancing {
  readonly #ec2: Ec2World;
  readonly #world: ElasticLoadBalancingWorld;

  constructor(ec2: Ec2World, world: ElasticLoadBalancingWorld) {
    this.#ec2 = ec2;
    this.#world = world;
  }

  async registerTargets(input: RegisterTargetsCommandInput): Promise<object> {
    const group = this.#group(input.TargetGroupArn);
    const wanted = resolve(group, input.Targets);
    const ids = wanted.map((target) => target.id);
    if (group.targetType === 'instance') {
      this.#checkRunning(ids);
      this.#checkVpc(group, ids);
    }
    if (group.targetType === 'ip') checkAddresses(ids);
    this.#checkRoom(group, wanted);
    wanted.forEach((target) => this.#world.register(group, target.id, target.port));
    return {};
  }

  async deregisterTargets(input: DeregisterTargetsCommandInput): Promise<object> {
    const group = this.#group(input.TargetGroupArn);
    // What is not registered is no error.
    for (const target of resolve(group, input.Targets)) this.#world.deregister(group, target.id, target.port);
    return {};
  }

  async describeTargetHealth(
    input: DescribeTargetHealthCommandInput,
  ): Promise<Output<DescribeTargetHealthCommandOutput>> {
    const group = this.#group(input.TargetGroupArn);
    const all = input.Targets === undefined || input.Targets.length === 0;
    const asked = all
      ? this.#world.targetsOf(group).map((target) => ({ id: target.instanceId, port: target.port }))
      : resolve(group, input.Targets);
    return { TargetHealthDescriptions: asked.map(({ id, port }) => this.#describe(group, id, port)) };
  }

  async describeTargetGroups(
    input: DescribeTargetGroupsCommandInput,
  ): Promise<Output<DescribeTargetGroupsCommandOutput>> {
    const groups = input.TargetGroupArns?.map((arn) => this.#group(arn)) ?? this.#world.targetGroups;
    const asked = groups.filter((group) => input.Names?.includes(group.name) ?? true);
    return { TargetGroups: asked.map(describeTargetGroup) };
  }

  #describe(group: TargetGroup, id: string, port: number): TargetHealthDescription {
    const state = this.#world.health(group, id, port);
    const registered = state.Reason !== 'Target.NotRegistered';
    return {
      Target: { Id: id, Port: port },
      ...(registered ? { HealthCheckPort: String(port) } : {}),
      TargetHealth: { ...state },
    };
  }

  #group(arn: string | undefined): TargetGroup {
    if (arn === undefined) throw errors.validationError('A target group ARN must be specified');
    if (!/^arn:[^:]+:elasticloadbalancing:[^:]*:[^:]*:targetgroup\/[^/]+\/[^/]+$/.test(arn))
      throw errors.invalidArn(arn);
    const group = this.#world.find(arn);
    if (group === undefined) throw errors.targetGroupNotFound();
    return group;
  }

  #checkRunning(ids: readonly string[]): void {
    const wrong = ids.filter((id) => this.#ec2.find(id)?.state.current !== 'running');
    if (wrong.length > 0) throw errors.notRunning(wrong);
  }

  #checkVpc(group: TargetGroup, ids: readonly string[]): void {
    const wrong = ids.filter((id) => this.#ec2.instance(id).subnet.vpcId !== group.vpcId);
    if (wrong.length > 0) throw errors.otherVpc(wrong, group.vpcId);
    const lacks = ({ privateIp, ipv6 }: Instance) =>
      group.ipAddressType === 'ipv6' ? ipv6 === undefined : privateIp === '';
    const without = ids.filter((id) => lacks(this.#ec2.instance(id)));
    if (without.length > 0) throw errors.withoutAddress(without, group.ipAddressType);
  }

  #checkRoom(group: TargetGroup, wanted: readonly { id: string; port: number }[]): void {
    if (group.targets.size + wanted.length <= mostTargets) return;
    const names = new Set(this.#world.targetsOf(group).map((target) => `${target.instanceId}:${target.port}`));
    wanted.forEach((target) => names.add(`${target.id}:${target.port}`));
    if (names.size > mostTargets) throw errors.tooManyTargets();
  }
}

function named(targets: readonly TargetDescription[] | undefined): { id: string; port: number | undefined }[] {
  if (targets === undefined || targets.length === 0)
    throw errors.validationError('At least one target must be specified');
  return targets.map(({ Id, Port }) => {
    if (Id === undefined || Id === '') throw errors.validationError('A target Id must be specified');
    return { id: Id, port: Port };
  });
}

/** No port means the group's own; another one is another target. */
function resolve(
  group: TargetGroup,
  targets: readonly TargetDescription[] | undefined,
): { id: string; port: number }[] {
  const asked = named(targets);
  const wrong = asked.find(({ id }) => !isHeld(group, id));
  if (wrong !== undefined) throw errors.wrongId(group.targetType, group.ipAddressType, wrong.id);
  return asked.map(({ id, port }) => ({ id, port: port ?? group.port }));
}

/** Whether a target group of this type can have such a target at all. */
function isHeld({ targetType, ipAddressType }: TargetGroup, id: string): boolean {
  if (targetType === 'instance') return /^i-[0-9a-f]+$/.test(id);
  if (targetType === 'ip') return isIP(id) === (ipAddressType === 'ipv6' ? 6 : 4);
  return targetType === 'alb' || targetType === 'lambda' ? id.startsWith('arn:') : false;
}

/** Only addresses that are not routed in the internet: RFC 1918 and RFC 6598. */
const privateRange = /^(10\.|172\.(1[6-9]|2\d|3[01])\.|192\.168\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/;

function checkAddresses(ids: readonly string[]): void {
  const wrong = ids.find((id) => isIP(id) === 4 && !privateRange.test(id));
  if (wrong !== undefined) throw errors.publicAddress(wrong);
}
