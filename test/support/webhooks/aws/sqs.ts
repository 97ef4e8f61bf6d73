import { createHash } from 'node:crypto';
import { json, jsonError, jsonOperation, type Answer, type Call, type Service } from '../../aws-services/server';

const largest = 1_048_576;

/** What SQS takes in a message: the characters of XML 1.0 and nothing else. */
// eslint-disable-next-line no-control-regex -- tab, line feed and carriage return are among them
const taken = /^[\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

/** One queue of SQS: what is sent, and Lambda's poller, which deletes what a function does not report as failed. */
export class SqsService implements Service {
  url: string;
  readonly messages = new Map<string, string>();
  #ids = 0;

  constructor(url: string) {
    this.url = url;
  }

  operationOf({ headers }: Pick<Call, 'headers'>) {
    return jsonOperation('AmazonSQS', headers);
  }

  answer({ operation, body }: Call): Answer {
    const { QueueUrl, MessageBody } = JSON.parse(body.toString('utf8')) as { QueueUrl: string; MessageBody: string };
    if (operation !== 'SendMessage') return jsonError('UnsupportedOperation');
    if (QueueUrl !== this.url) return jsonError('com.amazonaws.sqs#QueueDoesNotExist');
    if (Buffer.byteLength(MessageBody) > largest) return jsonError('com.amazonaws.sqs#InvalidParameterValue');
    if (!taken.test(MessageBody)) return jsonError('com.amazonaws.sqs#InvalidMessageContents');
    const id = `q-${(this.#ids += 1)}`;
    this.messages.set(id, MessageBody);
    return json({ MessageId: id, MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex') });
  }

  /** One round of Lambda's poller. Returns how the function ended. */
  async poll(handler: (event: unknown) => Promise<unknown>, most = 1000): Promise<unknown> {
    const given = [...this.messages].slice(0, most);
    const Records = given.map(([messageId, text]) => ({ messageId, body: text, receiptHandle: messageId }));
    const answer = (await handler({ Records })) as { batchItemFailures: { itemIdentifier: string }[] };
    const failed = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const [id] of given) if (!failed.has(id)) this.messages.delete(id);
    return answer;
  }
}
