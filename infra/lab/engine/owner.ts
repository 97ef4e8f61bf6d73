import type { DescribeExecutionOutput } from '@aws-sdk/client-sfn';
import type { LabClock } from '../kernel/clock';
import type { History } from './history';
import type { Payload } from './json';
import type { TaskHandler } from './task-handler';
import type { Mutex } from './mutex';

/** What an execution needs of the service for tasks that run other machines. */
export interface Children {
  startChild(request: { stateMachineArn: string; input: string; name?: string }): {
    executionArn: string;
    startDate: Date;
    ended: Promise<DescribeExecutionOutput>;
  };
  stopChild(executionArn: string): void;
}

/** The execution that a flow is of, as its flows see it. */
export interface Owner {
  readonly arn: string;
  readonly name: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly roleArn: string;
  readonly region: string;
  readonly seed: string | number;
  readonly tasks: TaskHandler;
  readonly service: Children;
  readonly clock: LabClock;
  readonly mutex: Mutex;
  readonly history: History;
  readonly input: Payload;
  readonly startDate: Date;
  readonly redriveCount: number;
  readonly redriveDate: Date | undefined;
}
