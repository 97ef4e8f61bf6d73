import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { withChat } from '../../../shared/notify/chat';
import type { Sns } from '../../ports/aws';

/** The Sns port on the AWS SDK. @param chat `yes`: each message has a form for chat beside the one for mail. */
export function createSns(client: SNSClient, chat: string): Sns {
  const sns: Sns = { publish: (input) => client.send(new PublishCommand(input)) };
  return chat === 'yes' ? withChat(sns) : sns;
}
