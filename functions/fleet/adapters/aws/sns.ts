import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Sns } from '../../ports/sns';

/**
 * How its client is made: when an answer is lost, the SDK is not to publish once more by itself. People would get two
 * messages of which neither says that it may be a repetition; who sends it again later says so.
 */
export const publishedOnce = { maxAttempts: 1 } as const;

/** The Sns port on the AWS SDK. */
export function createSns(client: SNSClient): Sns {
  return {
    publish: (input) => client.send(new PublishCommand(input)),
  };
}
