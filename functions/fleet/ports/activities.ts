import type {
  DescribeScalingActivitiesCommandInput,
  DescribeScalingActivitiesCommandOutput,
} from '@aws-sdk/client-auto-scaling';

/** What a group has done, and why: asked by operators only, with the SDK's own inputs, outputs and errors. */
export interface Activities {
  describeScalingActivities(
    input: DescribeScalingActivitiesCommandInput,
  ): Promise<Omit<DescribeScalingActivitiesCommandOutput, '$metadata'>>;
}
