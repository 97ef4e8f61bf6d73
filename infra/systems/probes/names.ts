import type { Stack } from 'aws-cdk-lib';
import type { Common } from '../system';

// What one stack knows of another's resources it knows by these names: a reference from region to region would need
// parameters in each of them, and their deployment in one order.

/** The queue at home that all regions report to. */
export function reportsQueueName({ stackName }: Pick<Common, 'stackName'>): string {
  return `${stackName}-probes-reports`;
}

/** Of the same queue, as a stack in any region writes them. */
export function reportsQueue(stack: Stack, common: Common): { readonly arn: string; readonly url: string } {
  const [name, { account, region }] = [reportsQueueName(common), common];
  return {
    arn: `arn:${stack.partition}:sqs:${region}:${account}:${name}`,
    url: `https://sqs.${region}.${stack.urlSuffix}/${account}/${name}`,
  };
}
