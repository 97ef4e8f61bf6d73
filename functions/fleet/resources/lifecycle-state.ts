import { answered } from './answered';
import type { AutoScaling } from '../ports/auto-scaling';

/** Auto Scaling's lifecycle state of an instance (`Pending:Wait`); `undefined` if `group` does not have it. */
export async function readLifecycleState(
  autoScaling: Pick<AutoScaling, 'describeAutoScalingInstances'>,
  { group, instanceId }: { readonly group: string; readonly instanceId: string },
): Promise<string | undefined> {
  const { AutoScalingInstances } = await autoScaling.describeAutoScalingInstances({ InstanceIds: [instanceId] });
  const listed = answered(AutoScalingInstances, `the state of ${instanceId}`);
  const found = listed.find((one) => one.AutoScalingGroupName === group);
  return found && answered(found.LifecycleState, `the state of ${instanceId}`);
}
