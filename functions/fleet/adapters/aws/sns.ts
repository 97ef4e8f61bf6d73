import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Sns } from '../../ports/aws';

/** The Sns port on the AWS SDK. */
export function createSns(client: SNSClient): Sns {
  return {
    publish: (input) => client.send(new PublishCommand(input)),
  };
}
