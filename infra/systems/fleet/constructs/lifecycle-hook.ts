import { CfnLifecycleHook } from 'aws-cdk-lib/aws-autoscaling';
import { Construct, type IDependable } from 'constructs';
import type { ManagedGroup } from '../config/managed-group';
import type { LifecycleKind } from './lifecycle';

export interface LifecycleHookProps {
  readonly kind: LifecycleKind;
  readonly group: ManagedGroup;
  readonly servedBy: IDependable[];
}

/**
 * The hook that makes a group's launched, or leaving, instances wait for Muster. Its group need not be in the stack:
 * it is known by its name.
 *
 * A hook without what serves it blocks its group until it times out. So it is made after everything that serves it
 * and taken away before it, which is what `servedBy` is for.
 */
export class LifecycleHook extends Construct {
  constructor(scope: Construct, id: string, { kind, group, servedBy }: LifecycleHookProps) {
    super(scope, id);
    const hook = new CfnLifecycleHook(this, 'Hook', {
      autoScalingGroupName: group.settings.group,
      lifecycleHookName: kind.hookName(group.settings),
      lifecycleTransition: kind.transition,
      heartbeatTimeout: group.heartbeatSeconds,
      defaultResult: kind.defaultResult,
    });
    hook.node.addDependency(...servedBy);
  }
}
