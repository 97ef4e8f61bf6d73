import { NamedError } from '../../../../../functions/shared/named-error';
import { arn, type RegionContext } from '../../base/context';
import type { Ec2World } from '../../ec2/world';
import { uuid } from '../../base/identifiers';
import * as errors from './errors';
import type { Group, GroupOptions, Hook, HookOptions, Transition } from './group';

export function createGroup(context: RegionContext, ec2: Ec2World, options: GroupOptions): Group {
  const desired = options.desiredCapacity ?? options.minSize ?? 0;
  const subnetIds = options.subnetIds ?? ec2.subnets.map((subnet) => subnet.id);
  if (subnetIds.length === 0) {
    throw new NamedError('GroupWithoutSubnet', `group "${options.name}" has no subnet`, { fault: 'bug' });
  }
  return {
    name: options.name,
    arn: arn(context, 'autoscaling', `autoScalingGroup:${uuid(context.random)}:autoScalingGroupName/${options.name}`),
    createdAt: context.clock.now(),
    subnetIds,
    tags: options.tags ?? {},
    sendsOrigin: options.sendsOrigin ?? true,
    targetGroupArns: [...(options.targetGroupArns ?? [])],
    instanceTypes: options.instanceTypes ?? [],
    instances: new Map(),
    activities: [],
    suspended: new Set(),
    minSize: options.minSize ?? 0,
    maxSize: options.maxSize ?? Math.max(desired, 10),
    desired,
    hooks: [
      ...(options.launchHooks ?? []).map((hook) => hookOf('autoscaling:EC2_INSTANCE_LAUNCHING', hook)),
      ...(options.terminateHooks ?? []).map((hook) => hookOf('autoscaling:EC2_INSTANCE_TERMINATING', hook)),
    ],
    terminationPolicy: options.terminationPolicy ?? 'Default',
    notification: options.notification,
    warmPool: options.warmPool,
    launched: 0,
    whenEmpty: undefined,
    failures: 0,
    launchesFrom: 0,
    request: undefined,
    wake: undefined,
  };
}

/** The hook with AWS's defaults, or AWS's refusal. */
export function hookOf(transition: Transition, options: HookOptions): Hook {
  const heartbeatTimeout = options.heartbeatTimeout ?? 3600;
  if (heartbeatTimeout < 30 || heartbeatTimeout > 7200) {
    throw errors.validationError('Heartbeat Timeout must be between 30 and 7200 seconds');
  }
  return {
    name: options.name,
    transition,
    heartbeatTimeout,
    defaultResult: options.defaultResult ?? 'ABANDON',
    ...(options.metadata === undefined ? {} : { metadata: options.metadata }),
  };
}

export function withHook(hooks: readonly Hook[], hook: Hook): Hook[] {
  return [...hooks.filter((other) => other.name !== hook.name), hook];
}
