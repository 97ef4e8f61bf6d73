import { failedStatuses } from './status-event';

// Which events of EventBridge reach Muster: the deployment's rules and the lab's are made of these.

/** The account and the region whose events are meant. A bus also gets what others forward to it. */
export interface EventPlace {
  readonly account: string;
  readonly region: string;
}

export const lifecycleDetailTypes = {
  launch: 'EC2 Instance-launch Lifecycle Action',
  terminate: 'EC2 Instance-terminate Lifecycle Action',
} as const;

/** Of Auto Scaling: an instance waits in a lifecycle hook. A `detail` narrows it to a group and its hook. */
export function lifecycleActionPattern({ account, region }: EventPlace, kind: keyof typeof lifecycleDetailTypes) {
  return {
    source: ['aws.autoscaling'],
    account: [account],
    region: [region],
    'detail-type': [lifecycleDetailTypes[kind]],
  };
}

/** Of Step Functions: an execution of this state machine has failed. One that succeeds cleans up in its last step. */
export function failedExecutionPattern({ account, region }: EventPlace, stateMachineArn: string) {
  return {
    source: ['aws.states'],
    account: [account],
    region: [region],
    'detail-type': ['Step Functions Execution Status Change'],
    detail: { stateMachineArn: [stateMachineArn], status: [...failedStatuses] },
  };
}
