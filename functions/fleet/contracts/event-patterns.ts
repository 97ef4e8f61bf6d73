import { failedStatuses } from './status-event';

// Which events of EventBridge reach Muster. The deployment and the lab make their rules from these patterns.

/** The account and the region of the events. A bus also gets events that other accounts and regions forward to it. */
export interface EventPlace {
  readonly account: string;
  readonly region: string;
}

export const lifecycleDetailTypes = {
  launch: 'EC2 Instance-launch Lifecycle Action',
  terminate: 'EC2 Instance-terminate Lifecycle Action',
} as const;

/** From Auto Scaling: an instance waits in a lifecycle hook. `detail` limits the pattern to a group and its hook. */
export function lifecycleActionPattern({ account, region }: EventPlace, kind: keyof typeof lifecycleDetailTypes) {
  return {
    source: ['aws.autoscaling'],
    account: [account],
    region: [region],
    'detail-type': [lifecycleDetailTypes[kind]],
  };
}

/**
 * From Step Functions: an execution of this state machine failed. A successful execution cleans up in its last step.
 */
export function failedExecutionPattern({ account, region }: EventPlace, stateMachineArn: string) {
  return {
    source: ['aws.states'],
    account: [account],
    region: [region],
    'detail-type': ['Step Functions Execution Status Change'],
    detail: { stateMachineArn: [stateMachineArn], status: [...failedStatuses] },
  };
}
