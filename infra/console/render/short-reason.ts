/** Of an execution, what is not said beside it: its way (`EC2-AutoScalingGroup`), and which attempt it was. */
export function shortReason(reason: string, instanceId: string): string {
  return reason.replace(new RegExp(`^arn:.*:execution:[^:]*:.*?${instanceId}_`), '');
}
