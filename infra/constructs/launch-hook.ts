import { CfnLifecycleHook } from 'aws-cdk-lib/aws-autoscaling';
import { Construct, type IDependable } from 'constructs';
import type { ManagedGroup } from '../config/managed-group';

/**
 * The hook that makes a group's launched instances wait for Muster. Its group need not be in the stack: it is known
 * by its name.
 *
 * A hook without what serves it blocks every launch of its group until it times out. So it is made after everything
 * that serves it and taken away before it, which is what `servedBy` is for.
 */
export class LaunchHook extends Construct {
  constructor(scope: Construct, id: string, { group, servedBy }: { group: ManagedGroup; servedBy: IDependable[] }) {
    super(scope, id);
    const hook = new CfnLifecycleHook(this, 'Hook', {
      autoScalingGroupName: group.settings.group,
      lifecycleHookName: group.settings.launchHook,
      lifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
      heartbeatTimeout: group.heartbeatSeconds,
      // Never CONTINUE: it would let an instance into service that nobody has provisioned.
      defaultResult: 'ABANDON',
    });
    hook.node.addDependency(...servedBy);
  }
}
