import type { Instance } from '@aws-sdk/client-ec2';
import { isInstanceNotFound } from '../shared/aws-errors';
import { answered } from './answered';
import { StepError } from './contracts/errors';
import type { Ec2 } from './ports/ec2';

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

/** The private IPv4 address. @throws StepError `InstanceNotVisibleYet`: EC2 does not show it yet. */
export function addressOf({ InstanceId, PrivateIpAddress }: Instance): string {
  if (PrivateIpAddress !== undefined) return PrivateIpAddress;
  throw new StepError('InstanceNotVisibleYet', `EC2 shows no private address of ${InstanceId ?? 'the instance'} yet`);
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
    return answered(Reservations, `the reservation of ${instanceId}`).flatMap(({ Instances }) => Instances ?? [])[0];
  } catch (error) {
    if (isInstanceNotFound(error)) return undefined;
    throw error;
  }
}
