import { createHash } from 'node:crypto';
import { json, jsonOperation, type Answer, type Call, type Service } from './server';

interface Entry {
  readonly Id: string;
  readonly MessageBody: string;
  readonly DelaySeconds?: number;
}

type Input = Omit<Entry, 'Id'> & { readonly QueueUrl: string; readonly Entries?: readonly Entry[] };

/** A message, and the name of the queue that has it. */
export interface QueuedMessage {
  readonly queue: string;
  readonly body: unknown;
  readonly delaySeconds: number;
}

/** Queues of SQS of any name, to which messages of JSON are sent one by one and in batches. */
export class QueuesService implements Service {
  readonly messages: QueuedMessage[] = [];

  operationOf({ headers }: Pick<Call, 'headers'>) {
    return jsonOperation('AmazonSQS', headers);
  }

  answer({ body }: Call): Answer {
    const { QueueUrl, Entries, ...one } = JSON.parse(body.toString()) as Input;
    const queue = QueueUrl.split('/').at(-1) ?? '';
    const taken = (Entries ?? [{ Id: '0', ...one }]).map(({ Id, MessageBody, DelaySeconds = 0 }) => {
      this.messages.push({ queue, body: JSON.parse(MessageBody) as unknown, delaySeconds: DelaySeconds });
      // The client compares it with what it has sent.
      const MD5OfMessageBody = createHash('md5').update(MessageBody).digest('hex');
      return { Id, MessageId: String(this.messages.length), MD5OfMessageBody };
    });
    return json(Entries === undefined ? taken[0] : { Successful: taken });
  }
}
