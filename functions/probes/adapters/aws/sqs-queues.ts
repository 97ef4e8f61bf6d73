import { SendMessageBatchCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { NamedError } from '../../../shared/named-error';
import type { LooksQueue, ReportsQueue } from '../../ports/queues';

type Client = Pick<SQSClient, 'send'>;

/** @throws QueueRefused when SQS has not taken all of them. */
export function createLooksQueue(client: Client, QueueUrl: string): LooksQueue {
  return {
    send: async (messages) => {
      const Entries = messages.map(({ message, delaySeconds }, at) => ({
        Id: String(at),
        MessageBody: JSON.stringify(message),
        DelaySeconds: delaySeconds,
      }));
      const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      if (Failed.length > 0)
        throw new NamedError('QueueRefused', `${Failed.length} of ${Entries.length}: ${Failed[0]?.Code ?? ''}`, {
          fault: 'environment',
        });
    },
  };
}

export function createReportsQueue(client: Client, QueueUrl: string): ReportsQueue {
  return {
    send: async (report) => {
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(report) }));
    },
  };
}
