import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { EventQueue } from '../../ports/queue';

/** The EventQueue port on SQS. Sent again after a lost answer, a message is there twice: the load takes one. */
export function createSqsQueue(client: Pick<SQSClient, 'send'>, QueueUrl: string): EventQueue {
  return {
    send: async (MessageBody) => {
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    },
  };
}
