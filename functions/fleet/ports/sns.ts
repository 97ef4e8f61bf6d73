import type { PublishCommandInput } from '@aws-sdk/client-sns';

/** Amazon SNS: the calls that Muster makes, with the SDK's own inputs, outputs and errors. */
export interface Sns {
  publish(input: PublishCommandInput): Promise<object>;
}
