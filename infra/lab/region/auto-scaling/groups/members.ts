import type { LifecycleState } from '@aws-sdk/client-auto-scaling';
import * as errors from './errors';
import type { Group, GroupInstance } from './group';

/** The group's instance in one of these states, or the refusal of a call that would move it. */
export function requireMember(group: Group, id: string, states: readonly LifecycleState[]): GroupInstance {
  const instance = group.instances.get(id);
  if (instance === undefined)
    throw errors.validationError(`The instance ${id} is not part of Auto Scaling group ${group.name}.`);
  if (states.includes(instance.state)) return instance;
  throw errors.validationError(`The instance ${id} is not in ${states.join(' or ')}.`);
}

export function sizeText(group: Group, count: number): string {
  const sizes = `min-size=${group.minSize}, max-size=${group.maxSize}, and desired-size=${group.desired}`;
  return `AutoScalingGroup ${group.name} has ${sizes}. To move ${count} instance(s), please update the AutoScalingGroup sizes appropriately.`;
}
