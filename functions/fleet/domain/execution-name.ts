import { shorten } from '../../shared/shorten';
import type { Launch } from '../contracts/launch';
import type { Release } from '../contracts/release';

// StartExecution takes 80 characters; CloudWatch logging wants no others than these in a name.
const maxLength = 80;
const illegal = /[^0-9A-Za-z-_]/g;

/**
 * The name of the execution that serves a launch: `web_i-0abc_EC2-AutoScalingGroup`, and `…_2` for a second launch
 * of the same kind. Two messages about one launch give one name, so Step Functions itself refuses the second.
 *
 * A group name that does not fit, or has other characters, is shortened and ends in a hash of the whole.
 */
export function executionName(
  launch: Pick<Launch, 'group' | 'instanceId' | 'origin' | 'destination'>,
  attempt: number,
): string {
  const suffix = attempt === 1 ? '' : `_${attempt}`;
  const rest = `_${launch.instanceId}_${launch.origin}-${launch.destination}`.replace(illegal, '-');
  return `${shorten(launch.group, maxLength - rest.length - suffix.length, illegal)}${rest}${suffix}`;
}

/** The name of the execution that releases an instance: `web_i-0abc_release-scale-in`. */
export function releaseName({ group, instanceId, reason }: Release, attempt: number): string {
  return executionName({ group, instanceId, origin: 'release', destination: reason }, attempt);
}

/** The ARN of the execution with that name. */
export function executionArn(stateMachineArn: string, name: string): string {
  return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
}
