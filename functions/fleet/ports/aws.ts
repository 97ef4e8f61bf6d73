import type {
  DescribeAutoScalingGroupsCommandInput,
  DescribeAutoScalingGroupsCommandOutput,
  DescribeAutoScalingInstancesCommandInput,
  DescribeAutoScalingInstancesCommandOutput,
  CompleteLifecycleActionCommandInput,
  DescribeLifecycleHooksCommandInput,
  DescribeLifecycleHooksCommandOutput,
  DescribeWarmPoolCommandInput,
  DescribeWarmPoolCommandOutput,
  RecordLifecycleActionHeartbeatCommandInput,
  DescribeScalingActivitiesCommandInput,
  DescribeScalingActivitiesCommandOutput,
} from '@aws-sdk/client-auto-scaling';
import type {
  DescribeInstancesCommandInput,
  DescribeInstancesCommandOutput,
  CreateTagsCommandInput,
} from '@aws-sdk/client-ec2';
import type {
  DeregisterTargetsCommandInput,
  RegisterTargetsCommandInput,
  DescribeTargetGroupsCommandInput,
  DescribeTargetGroupsCommandOutput,
  DescribeTargetHealthCommandInput,
  DescribeTargetHealthCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type {
  ListResourceRecordSetsCommandInput,
  ListResourceRecordSetsCommandOutput,
  ChangeResourceRecordSetsCommandInput,
  ChangeResourceRecordSetsCommandOutput,
  GetChangeCommandInput,
  GetChangeCommandOutput,
} from '@aws-sdk/client-route-53';
import type {
  StartExecutionCommandInput,
  StartExecutionCommandOutput,
  DescribeExecutionCommandInput,
  DescribeExecutionCommandOutput,
  StopExecutionCommandInput,
  ListExecutionsCommandInput,
  ListExecutionsCommandOutput,
  RedriveExecutionCommandInput,
  GetExecutionHistoryCommandInput,
  GetExecutionHistoryCommandOutput,
} from '@aws-sdk/client-sfn';
import type { PublishCommandInput } from '@aws-sdk/client-sns';
import type { GroupSettings } from '../contracts/settings';

/** Amazon EC2 Auto Scaling: the calls that Muster makes, with the SDK's own inputs, outputs and errors. */
export interface AutoScaling {
  describeAutoScalingGroups(
    input: DescribeAutoScalingGroupsCommandInput,
  ): Promise<Omit<DescribeAutoScalingGroupsCommandOutput, '$metadata'>>;
  describeAutoScalingInstances(
    input: DescribeAutoScalingInstancesCommandInput,
  ): Promise<Omit<DescribeAutoScalingInstancesCommandOutput, '$metadata'>>;
  describeLifecycleHooks(
    input: DescribeLifecycleHooksCommandInput,
  ): Promise<Omit<DescribeLifecycleHooksCommandOutput, '$metadata'>>;
  describeWarmPool(input: DescribeWarmPoolCommandInput): Promise<Omit<DescribeWarmPoolCommandOutput, '$metadata'>>;
  recordLifecycleActionHeartbeat(input: RecordLifecycleActionHeartbeatCommandInput): Promise<object>;
  completeLifecycleAction(input: CompleteLifecycleActionCommandInput): Promise<object>;
}

/** What a group has done, and why: asked by operators only, with the SDK's own inputs, outputs and errors. */
export interface Activities {
  describeScalingActivities(
    input: DescribeScalingActivitiesCommandInput,
  ): Promise<Omit<DescribeScalingActivitiesCommandOutput, '$metadata'>>;
}

/** Amazon EC2: the calls that Muster makes, with the SDK's own inputs, outputs and errors. */
export interface Ec2 {
  describeInstances(input: DescribeInstancesCommandInput): Promise<Omit<DescribeInstancesCommandOutput, '$metadata'>>;
  createTags(input: CreateTagsCommandInput): Promise<object>;
}

/** Elastic Load Balancing v2: the calls that Muster makes, with the SDK's own inputs, outputs and errors. */
export interface ElasticLoadBalancing {
  registerTargets(input: RegisterTargetsCommandInput): Promise<object>;
  deregisterTargets(input: DeregisterTargetsCommandInput): Promise<object>;
  describeTargetGroups(
    input: DescribeTargetGroupsCommandInput,
  ): Promise<Omit<DescribeTargetGroupsCommandOutput, '$metadata'>>;
  describeTargetHealth(
    input: DescribeTargetHealthCommandInput,
  ): Promise<Omit<DescribeTargetHealthCommandOutput, '$metadata'>>;
}

/** Amazon Route 53: the calls that Muster makes, with the SDK's own inputs, outputs and errors. */
export interface Route53 {
  listResourceRecordSets(
    input: ListResourceRecordSetsCommandInput,
  ): Promise<Omit<ListResourceRecordSetsCommandOutput, '$metadata'>>;
  changeResourceRecordSets(
    input: ChangeResourceRecordSetsCommandInput,
  ): Promise<Omit<ChangeResourceRecordSetsCommandOutput, '$metadata'>>;
  getChange(input: GetChangeCommandInput): Promise<Omit<GetChangeCommandOutput, '$metadata'>>;
}

/** AWS Step Functions: the calls that Muster makes, with the SDK's own inputs, outputs and errors. */
export interface StepFunctions {
  startExecution(input: StartExecutionCommandInput): Promise<Omit<StartExecutionCommandOutput, '$metadata'>>;
  stopExecution(input: StopExecutionCommandInput): Promise<object>;
  redriveExecution(input: RedriveExecutionCommandInput): Promise<object>;
  listExecutions(input: ListExecutionsCommandInput): Promise<Omit<ListExecutionsCommandOutput, '$metadata'>>;
  getExecutionHistory(
    input: GetExecutionHistoryCommandInput,
  ): Promise<Omit<GetExecutionHistoryCommandOutput, '$metadata'>>;
  describeExecution(input: DescribeExecutionCommandInput): Promise<Omit<DescribeExecutionCommandOutput, '$metadata'>>;
}

/** Amazon SNS: the calls that Muster makes, with the SDK's own inputs, outputs and errors. */
export interface Sns {
  publish(input: PublishCommandInput): Promise<object>;
}

/** Where the settings of the managed groups are read. */
export interface SettingsStore {
  /**
   * The settings of one group as they are now.
   *
   * @throws StepError `GroupNotManaged`: there are none. `SettingsInvalid`: there are, with mistakes; the message
   *   lists all of them.
   */
  read(group: string): Promise<GroupSettings>;

  /** The names of all groups that have settings, right or wrong ones. */
  list(): Promise<string[]>;
}
