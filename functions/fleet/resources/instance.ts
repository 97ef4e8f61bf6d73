import type { Instance } from '@aws-sdk/client-ec2';
import { isInstanceNotFound } from '../../shared/aws-errors';
import { StepError } from '../contracts/errors';
import type { Ec2, AutoScaling, ElasticLoadBalancing } from '../ports/aws';
import type { TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2';
import { indexTag } from '../domain/identity';
import { isSameId, type RecordedTarget } from '../domain/targets';

const dead = ['shutting-down', 'terminated'];

/**
 * The instance as EC2 shows it.
 *
 * @throws StepError `InstanceNotVisibleYet`: EC2 does not know it yet (its API is eventually consistent).
 *   `InstanceGone`: it is shutting down or terminated.
 */
export async function requireInstance(ec2: Ec2, instanceId: string): Promise<Instance> {
  const instance = await findInstance(ec2, instanceId);
  if (instance === undefined) throw notVisibleYet(instanceId);
  const state = instance.State?.Name;
  if (state !== undefined && dead.includes(state)) throw new StepError('InstanceGone', `${instanceId} is ${state}`);
  return instance;
}

/** Whether an instance that was there once is gone: EC2 has forgotten it, or shows it as terminated. */
export async function isDead(ec2: Ec2, instanceId: string): Promise<boolean> {
  const instance = await findInstance(ec2, instanceId);
  return instance === undefined || dead.includes(answered(instance.State?.Name, `the state of ${instanceId}`));
}

export function notVisibleYet(instanceId: string, cause?: unknown): StepError {
  return new StepError('InstanceNotVisibleYet', `EC2 does not show ${instanceId} yet`, { cause });
}

/** The instance as EC2 shows it, or `undefined` if EC2 does not know it. */
export async function findInstance(
  ec2: Pick<Ec2, 'describeInstances'>,
  instanceId: string,
): Promise<Instance | undefined> {
  try {
    const { Reservations } = await ec2.describeInstances({ InstanceIds: [instanceId] });
    const found = answered(Reservations, `the reservation of ${instanceId}`);
    return found.flatMap(({ Instances }) => Instances ?? []).find((one) => one.InstanceId === instanceId);
  } catch (error) {
    if (isInstanceNotFound(error)) return undefined;
    throw error;
  }
}

export interface Bearer {
  readonly instanceId: string;
  /** Muster has tagged it. One that was launched while the group had no hooks has no tag, and no target of ours. */
  readonly isNumbered: boolean;
}

/**
 * The group's instance that has the address by now, and whether it has a number of ours; `undefined` if there is none.
 * One that is stopped keeps its address.
 *
 * Source of the filters: EC2 API, DescribeInstances.
 */
export async function findBearer(
  ec2: Pick<Ec2, 'describeInstances'>,
  group: string,
  address: string,
): Promise<Bearer | undefined> {
  const kind = address.includes(':') ? 'ipv6-addresses.ipv6-address' : 'addresses.private-ip-address';
  const Filters = [
    groupFilter(group),
    { Name: `network-interface.${kind}`, Values: [address] },
    { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped'] },
  ];
  let token: string | undefined;
  do {
    // A page that is filtered can be empty, and the next one not.
    const page = await ec2.describeInstances({ Filters, ...(token !== undefined && { NextToken: token }) });
    const shown = answered(page.Reservations, `the instance with ${address}`).flatMap(
      ({ Instances = [] }) => Instances,
    );
    const found = shown.find(({ Tags = [] }) => Tags.some(({ Key, Value }) => Key === groupTag && Value === group));
    if (found?.InstanceId !== undefined)
      return { instanceId: found.InstanceId, isNumbered: (found.Tags ?? []).some(({ Key }) => Key === indexTag) };
    token = page.NextToken;
  } while (token !== undefined);
  return undefined;
}

/** The tag by which Auto Scaling says whose an instance is. */
export const groupTag = 'aws:autoscaling:groupName';

/** In a filter `\` takes the meaning from the next character. `?` is any one, so the group has to be compared again. */
export function groupFilter(group: string) {
  return { Name: `tag:${groupTag}`, Values: [group.replaceAll('\\', '?')] };
}

/**
 * What an answer of AWS has to have. An empty list says that there is nothing; a list that is not there says nothing,
 * and nothing may follow from it.
 *
 * @param what it is, in words: `the groups`.
 * @throws StepError `AwsUnavailable`: it is asked for again.
 */
export function answered<Part>(part: Part | undefined, what: string): Part {
  if (part === undefined) throw new StepError('AwsUnavailable', `an answer of AWS came without ${what}`);
  return part;
}

/** Auto Scaling's lifecycle state of an instance (`Pending:Wait`); `undefined` if `group` does not have it. */
export async function readLifecycleState(
  autoScaling: Pick<AutoScaling, 'describeAutoScalingInstances'>,
  { group, instanceId }: { readonly group: string; readonly instanceId: string },
): Promise<string | undefined> {
  const { AutoScalingInstances } = await autoScaling.describeAutoScalingInstances({ InstanceIds: [instanceId] });
  const listed = answered(AutoScalingInstances, `the state of ${instanceId}`);
  const found = listed.find((one) => one.AutoScalingGroupName === group && one.InstanceId === instanceId);
  return found && answered(found.LifecycleState, `the state of ${instanceId}`);
}

/** What ELB says of one target; `undefined` if it says nothing of it. */
export async function readTargetHealth(
  elb: Pick<ElasticLoadBalancing, 'describeTargetHealth'>,
  { targetGroup, id }: RecordedTarget,
): Promise<TargetHealth | undefined> {
  const answer = await elb.describeTargetHealth({ TargetGroupArn: targetGroup, Targets: [{ Id: id }] });
  const shown = answered(answer.TargetHealthDescriptions, `the health of target ${id}`);
  return shown.find(({ Target }) => isSameId(Target?.Id, id))?.TargetHealth;
}
