import { DescribeScalingActivitiesCommand, type AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import type { Activities } from '../../ports/aws';

/** The Activities port on the AWS SDK. */
export function createActivities(client: AutoScalingClient): Activities {
  return { describeScalingActivities: (input) => client.send(new DescribeScalingActivitiesCommand(input)) };
}
